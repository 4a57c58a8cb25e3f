"""`ghala verify`: is bronze what was landed? And `--repair`: what can be made good is made good."""

from dataclasses import dataclass
from datetime import UTC, datetime

from orchestration.build import last
from orchestration.config import Settings
from orchestration.contracts import contracts_of
from orchestration.errors import GhalaError
from orchestration.ingest import manifest
from orchestration.ingest.damage import Damage, find, mend_manifest
from orchestration.ingest.land import land
from orchestration.ingest.manifest import LoadRecord
from orchestration.lock import writer

SHOWN = 10


@dataclass(frozen=True)
class Repaired:
    """`adopted` are loads whose line of the manifest was made anew, `reloaded` pairs of loads before and after."""

    adopted: list[LoadRecord]
    reloaded: list[tuple[LoadRecord, LoadRecord]]


def verify(settings: Settings) -> int:
    """The number of files that are what the manifest says: all of them, those of bad rows too.

    Raises GhalaError that names the damage.
    """
    with writer(settings.home):
        damage = find(settings.home)
    if not damage:
        return damage.files
    raise GhalaError(
        "\n".join(words(damage)),
        str(settings.bronze),
        "ghala verify --repair (it asks the sources again), then: ghala run",
    )


def words(damage: Damage) -> list[str]:
    """Damage in lines for people."""
    source = damage.lines_of
    lines = [f"there is no {manifest.NAME}" + (f", only {source}" if source else "")] if damage.is_lost else []
    lines += [f"line {number} of {source} cannot be read" for number in damage.broken_lines]
    lines += [f"{record.file} is not the file that was landed (load {record.load_number})" for record in damage.changed]
    lines += [
        f"quarantine/{record.quarantine_file} is gone or not what was set aside (load {record.load_number},"
        f" {record.quarantined:,} bad row{'s' if record.quarantined != 1 else ''})"
        for record in damage.bad_rows_lost
    ]
    if damage.unnamed:
        lines += [f"{name} is named by no line of {manifest.NAME}" for name in damage.unnamed]
    count = f"bronze is damaged in {len(lines)} place{'s' if len(lines) != 1 else ''}"
    return [count, *lines[:SHOWN], *([f"and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else [])]


def repair(settings: Settings) -> Repaired:
    """Write a damaged manifest anew from its whole lines and the files; land again whose files are lost or changed.

    Raises GhalaError when a source cannot give a file again: then all others are as they were.
    """
    with writer(settings.home):
        contracts = contracts_of(settings.contracts)
        damage = find(settings.home)
        adopted = []
        if damage.is_mendable:
            build = last(settings)
            adopted = mend_manifest(settings.home, damage, contracts, build.last_load if build else 0)
        whole = {record.partition for record in adopted}
        damaged = {record.partition: record for record in (*damage.changed, *damage.bad_rows_lost)}
        changed = [record for partition, record in damaged.items() if partition not in whole]
        known = {(contract.source, contract.table): contract for contract in contracts}
        partitions = [
            (known[record.source, record.table], record.logical_date)
            for record in changed
            if (record.source, record.table) in known
        ]
        run_id = f"repair-{datetime.now(UTC):%Y%m%dT%H%M%S}"
        land(settings, partitions, run_id)
        now = manifest.current(manifest.read(settings.home))
        return Repaired(adopted, [(record, now[record.partition]) for record in changed])
