"""Commands on personal data: `ghala erase`, `ghala keys rotate`."""

import secrets
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from orchestration.cli.terminal import out, progress
from orchestration.config import Settings, settings
from orchestration.errors import ConfigError

if TYPE_CHECKING:
    from orchestration.ingest.model import Contract

KEY_BYTES = 32  # HMAC-SHA256: a key as long as its block's digest


def erase(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="The kind of person: customer.")],
    identifier: Annotated[str, typer.Argument(metavar="ID", help="As the source writes it: CUS0000001.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go; change nothing.")] = False,
) -> None:
    """Erase a person for good: bronze, quarantine, logs, warehouse and all versions. Facts stay, without a name."""
    from orchestration import renewal  # noqa: PLC0415

    config = settings()
    person = renewal.look_for(config, _contracts(config), kind, identifier)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("table")
    table.add_column("rows that name the person", justify="right")
    for name, count in person.rows.items():
        table.add_row(name, f"{count:,}")
    out.print(table if person.rows else f"no row names this {kind}; whoever has this number will not be landed")
    if person.shared:
        out.print(f"{person.shared} of the identifiers also name somebody else and stay")
    if dry_run:
        out.print("nothing was changed", style="dim")
        return
    with progress() as tell:
        published = renewal.erase_person(config, _contracts(config), kind, identifier, tell)
    out.print(f"erased. readers see version {published.version}; older versions are gone, rollback does not reach them")


def rotate() -> None:
    """Put a new key over all pseudonyms. Joins and history stay as they are; the sources are not needed."""
    from orchestration import renewal  # noqa: PLC0415
    from orchestration.ingest import keyring  # noqa: PLC0415
    from orchestration.ingest.pseudonym import chain  # noqa: PLC0415

    config = settings()
    ring = keyring.read(config.home)
    held = keyring.Keyring(keyring.prints(chain()[:1])) if ring is None else ring
    if held.next is None and keyring.prints(chain()) == held.keys:
        _add_key(config)
    with progress() as tell:
        made, published = renewal.rotate_keys(config, _contracts(config), chain(), tell)
    out.print(f"{made} loads have new pseudonyms. readers see version {published.version}; older versions are gone")


def _add_key(config: Settings) -> None:
    """A new random key behind the others, in .env and for this process."""
    import os  # noqa: PLC0415

    from dotenv import dotenv_values, set_key  # noqa: PLC0415

    from orchestration.ingest.pseudonym import VARIABLE  # noqa: PLC0415

    file = config.home / ".env"
    if dotenv_values(file).get(VARIABLE) != os.environ.get(VARIABLE):
        raise ConfigError(
            f"{VARIABLE} comes from the environment, and not from {file}",
            "ghala keys rotate",
            "append a comma and a new key to it where it is kept, then: ghala keys rotate",
        )
    os.environ[VARIABLE] = f"{os.environ[VARIABLE]},{secrets.token_hex(KEY_BYTES)}"
    set_key(file, VARIABLE, os.environ[VARIABLE], quote_mode="never")
    file.chmod(0o600)


def _contracts(config: Settings) -> "tuple[Contract, ...]":
    from orchestration.ingest.contract import load_contracts  # noqa: PLC0415

    return load_contracts(config.contracts)


COMMANDS = ((erase, "ghala erase customer CUS0000001 --dry-run"),)
GROUP = ((rotate, "ghala keys rotate"),)
