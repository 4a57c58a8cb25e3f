"""The command that writes the governance pages."""

from orchestration.cli.terminal import out, progress
from orchestration.config import settings


def governance() -> None:
    """Write the pages on who owns what, what is promised and how it stands. A run writes them as well."""
    from orchestration.governance.write import write  # noqa: PLC0415

    with progress() as tell:
        file = write(settings(), tell)
    out.print(f"open {file}")


COMMANDS = ((governance, "ghala governance"),)
