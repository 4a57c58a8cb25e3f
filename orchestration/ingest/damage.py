"""Damage to what has landed: files whose checksum is another one, lines of the manifest that cannot be read."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from orchestration.durable import write_durably
from orchestration.ingest import manifest, store
from orchestration.ingest.manifest import LoadRecord
from orchestration.ingest.model import Contract

PARTITION = re.compile(r"([^/]+)/([^/]+)/year=(\d{4})/month=(\d\d)/day=(\d\d)/[^/.][^/]*\.parquet")


@dataclass(frozen=True)
class Damage:
    """`broken_lines` of the manifest (from 1), `changed` loads whose file is another one or gone, and `unnamed` files
    of bronze, relative to it, that no readable line names; `files` are all that should be there.
    """

    broken_lines: tuple[int, ...]
    changed: tuple[LoadRecord, ...]
    unnamed: tuple[str, ...]
    files: int

    def __bool__(self) -> bool:
        return bool(self.broken_lines or self.changed or self.unnamed)


def find(home: Path) -> Damage:
    """Read every file of bronze once and compare it with the manifest; a torn last line is no damage."""
    records, broken = _lines(home)
    current = manifest.current(records).values()
    bronze = home / "bronze"
    changed = [r for r in current if not _is_whole(bronze / r.file, r)]
    named = {record.file for record in current}
    there = (file.relative_to(bronze).as_posix() for file in bronze.rglob("*.parquet"))
    unnamed = sorted(name for name in there if PARTITION.fullmatch(name) and name not in named)
    return Damage(tuple(broken), tuple(changed), tuple(unnamed), len(current))


def mend_manifest(home: Path, contracts: Sequence[Contract], seen: int) -> list[LoadRecord]:
    """Write the manifest anew: without its broken lines, with a line for each whole file that no other names.

    `seen` is the highest load number that anything built knows: no number is given twice, or what it names would be
    taken for known. The damaged manifest stays beside it. Returns the new records. The writer's lock must be held.
    """
    path = home / "bronze" / manifest.NAME
    records, _ = _lines(home)
    number = max([seen, *(record.load_number for record in records)])
    added = []
    known = {contract.key: contract for contract in contracts}
    for name in find(home).unnamed:
        record = _adopted(home, name, known, number + 1)
        if record is not None:
            number += 1
            added.append(record)
    if not added and records and number > max(record.load_number for record in records):
        added.append(replace(records[-1], load_number=number + 1))
    stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%S}"
    path.replace(path.with_name(f"{manifest.NAME}.damaged-{stamp}"))
    write_durably(path, "".join(manifest.render(record) + "\n" for record in [*records, *added]).encode())
    return added


def _lines(home: Path) -> tuple[list[LoadRecord], list[int]]:
    """The records that can be read, and the numbers of the lines that cannot."""
    path = home / "bronze" / manifest.NAME
    if not path.is_file():
        return [], []
    records, broken = [], []
    *lines, _torn = path.read_bytes().split(b"\n")
    for number, line in enumerate(lines, 1):
        try:
            records.append(manifest.parse(line))
        except (ValueError, TypeError, KeyError):
            broken.append(number)
    return records, broken


def _is_whole(file: Path, record: LoadRecord) -> bool:
    return file.is_file() and file.stat().st_size == record.bytes and store.sha256(file) == record.sha256


def _adopted(home: Path, name: str, contracts: Mapping[str, Contract], number: int) -> LoadRecord | None:
    """The record of a file whose line was lost; None for one that cannot be read or that has no contract.

    What only the line knew (times, files of the source, repeated keys) is lost.
    """
    match = PARTITION.fullmatch(name)
    contract = contracts.get(f"{match[1]}.{match[2]}") if match else None
    if match is None or contract is None:
        return None
    file, cursor = home / "bronze" / name, contract.cursor_column
    try:
        rows = pl.scan_parquet(file).select(pl.len()).collect().item()
        newest = None if cursor is None else pl.scan_parquet(file).select(pl.col(cursor.name).max()).collect().item()
    except (pl.exceptions.PolarsError, OSError):
        return None
    bad = _quarantine(home / "quarantine" / Path(name).parent)
    quarantined = 0 if bad is None else pl.scan_parquet(bad).select(pl.len()).collect().item()
    return LoadRecord(
        load_number=number,
        source=contract.source,
        table=contract.table,
        logical_date=date(int(match[3]), int(match[4]), int(match[5])),
        file=name,
        rows=rows,
        bytes=file.stat().st_size,
        sha256=store.sha256(file),
        extracted=rows + quarantined,
        quarantined=quarantined,
        deduplicated=0,
        quarantine_file=None if bad is None else bad.relative_to(home / "quarantine").as_posix(),
        quarantine_sha256=None,
        contract_version=contract.version,
        run_id="repair",
        loaded_at=datetime.now(UTC).isoformat(timespec="microseconds"),
        seconds=0.0,
        max_cursor=None if newest is None else str(newest).replace(" ", "T"),
    )


def _quarantine(folder: Path) -> Path | None:
    """The newest batch of bad rows of a partition: `<table>.<load number>.parquet`."""
    return max(folder.glob("*.parquet"), key=lambda file: int(file.stem.split(".")[-1]), default=None)
