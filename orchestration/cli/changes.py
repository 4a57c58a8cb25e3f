"""`ghala contract diff` and `accept`: what a source has become, and a contract that says so."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli.terminal import out
from orchestration.config import settings
from orchestration.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orchestration.ingest.compare import Difference
    from orchestration.ingest.manifest import LoadRecord
    from orchestration.ingest.model import Contract

Name = Annotated[str, typer.Argument(help="The table: source.table.")]
Date = Annotated[
    datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="The date whose file is read; else the newest.")
]


def diff(name: Name, day: Date = None) -> None:
    """Say in words how a source differs from its contract now. Lands and changes nothing."""
    contract, found = _compared(name, day)
    if not found:
        out.print(f"{contract.key} is as its contract says (version {contract.version})")
        return
    _tell(found)
    out.print(f"owner: {contract.owner or '(none)'}, channel: {contract.channel or '(none)'}", markup=False)
    out.print(f"next: if the change is meant, ghala contract accept {contract.key}", style="dim")


def accept(name: Name, day: Date = None) -> None:
    """Write how a source has changed as a new version of its contract; say which partitions to reload."""
    from orchestration.ingest.accept import accept as write  # noqa: PLC0415

    contract, found = _compared(name, day)
    done = write(contract, found, settings().home)
    _tell(found)
    if done is None:
        out.print(f"{contract.key} stays as it is: nothing to accept (version {contract.version})")
        return
    out.print(f"{done.file}: version {done.before} is now {done.after}", soft_wrap=True)
    out.print("next: ghala contract export", style="dim")
    if done.reload:
        out.print(f"then reload {len(done.reload)} partitions: {_reload(contract.key, done.reload)}", soft_wrap=True)
    else:
        out.print("no landed partition has to be reloaded")


def _compared(name: str, day: datetime | None) -> "tuple[Contract, Sequence[Difference]]":
    from orchestration.ingest.compare import compare  # noqa: PLC0415
    from orchestration.ingest.contract import load_contracts  # noqa: PLC0415

    contracts = load_contracts(settings().contracts)
    contract = next((contract for contract in contracts if contract.key == name), None)
    if contract is None:
        known = ", ".join(contract.key for contract in contracts)
        raise ConfigError(f"no contract {name!r}", str(settings().contracts), f"take one of: {known}")
    _, found = compare(contract, None if day is None else day.date())
    return contract, found


def _tell(found: "Sequence[Difference]") -> None:
    for difference in found:
        out.print(f"- {difference.text}", markup=False, soft_wrap=True)


def _reload(key: str, records: "Sequence[LoadRecord]") -> str:
    days = [record.logical_date for record in records]
    return f"ghala ingest {key} --from {min(days)} --to {max(days)}"
