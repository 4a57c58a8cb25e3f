"""Damage to what has landed: files whose checksum is another one, lines of the manifest that cannot be read."""

import re
import shutil
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pyarrow as pa

from orchestration.durable import sync, write_durably
from orchestration.ingest import manifest, store
from orchestration.ingest.manifest import LoadRecord
from orchestration.ingest.model import Contract
from orchestration.ingest.quarantine_sink import FACTS, digest_of

PARTITION = re.compile(r"([^/]+)/([^/]+)/year=(\d{4})/month=(\d\d)/day=(\d\d)/[^/.][^/]*\.parquet")
# What a broken line may still say of its load, as manifest.render writes it.
FILE, DIGEST = re.compile(rb'"file":"([^"]+)"'), re.compile(rb'"bytes":\d+,"sha256":"([0-9a-f]{64})"')
UNREADABLE = (pl.exceptions.PolarsError, pa.ArrowException, OSError)


@dataclass(frozen=True)
class Damage:
    """`broken_lines` of the manifest (number from 1, content), `changed` loads whose file is another one or gone, and
    `unnamed` files of bronze, relative to it, that no readable line names; `files` are all that should be there.
    `lines_of`: the manifest, or where it is gone the newest damaged one that a repair has kept, or None.
    `bad_rows_lost`: loads whose bad rows are gone, cannot be read or are others.
    """

    broken_lines: Mapping[int, bytes]
    changed: tuple[LoadRecord, ...]
    unnamed: tuple[str, ...]
    files: int
    lines_of: str | None
    bad_rows_lost: tuple[LoadRecord, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.is_mendable or self.changed or self.bad_rows_lost)

    @property
    def is_lost(self) -> bool:
        """Whether something has landed and there is no manifest."""
        return self.lines_of != manifest.NAME and bool(self.files or self.unnamed)

    @property
    def is_mendable(self) -> bool:
        """Whether the manifest is to be written anew."""
        return bool(self.broken_lines or self.unnamed or self.is_lost)


def find(home: Path) -> Damage:
    """Read every file of the current loads once and compare it with the manifest; a torn last line is no damage."""
    source = _lines_of(home)
    records, broken = _lines(source)
    current = manifest.current(records).values()
    bronze = home / "bronze"
    changed = [r for r in current if not _is_whole(bronze / r.file, r)]
    named = {record.file for record in current}
    there = (file.relative_to(bronze).as_posix() for file in bronze.rglob("*.parquet"))
    unnamed = sorted(name for name in there if PARTITION.fullmatch(name) and name not in named)
    bad_rows = [record for record in current if record.quarantine_file is not None]
    lost = [record for record in bad_rows if not has_bad_rows(home, record)]
    files = len(current) + len(bad_rows)
    return Damage(broken, tuple(changed), tuple(unnamed), files, source.name if source else None, tuple(lost))


def mend_manifest(home: Path, damage: Damage, contracts: Sequence[Contract], seen: int) -> list[LoadRecord]:
    """Write the manifest anew: without its broken lines, with a line for each whole file that no other names.

    Named by no other is also a file that differs from the line of an earlier load: a broken line may be its own.
    `seen` is the highest load number that anything built knows: no number is given twice, or what it names would be
    taken for known. The damaged manifest stays beside it. Returns the new records. The writer's lock must be held.
    """
    path = home / "bronze" / manifest.NAME
    records, _ = _lines(_lines_of(home))
    number = max([seen, *(record.load_number for record in records)])
    added = []
    known = {contract.key: contract for contract in contracts}
    old = {record.quarantine_file for record in records}
    for name in (*damage.unnamed, *_whole_after_all(home, damage)):
        record = _adopted(home, name, known, number + 1, old)
        if record is not None:
            number += 1
            added.append(record)
    if not added and records and number > max(record.load_number for record in records):
        added.append(replace(records[-1], load_number=number + 1))
    with store.space(home, manifest.NAME):
        if path.is_file():  # a copy, so that at no moment there is none
            kept = path.with_name(f"{manifest.NAME}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S}")
            shutil.copyfile(path, kept)
            sync(kept)
        write_durably(path, "".join(manifest.render(record) + "\n" for record in [*records, *added]).encode())
    return added


def _whole_after_all(home: Path, damage: Damage) -> list[str]:
    """The changed files that can be read and whose own line may be one of those that are broken or gone.

    A file that is taken for damaged is asked of its source again, and a source may no longer have what it had then.
    """
    bronze = home / "bronze"
    lines = [*damage.broken_lines.values(), *([b""] if damage.is_lost else [])]
    there = [record.file for record in damage.changed if (bronze / record.file).is_file()] if lines else []
    digests = {name: store.sha256(bronze / name) for name in there}
    return [
        name
        for name in there
        if any(_may_name(line, name, digests[name]) for line in lines) and _is_readable(bronze / name)
    ]


def _may_name(line: bytes, name: str, digest: str) -> bool:
    """Whether nothing that can be read in a broken line speaks against it being the line of a file."""
    file, sha256 = FILE.search(line), DIGEST.search(line)
    return (file is None or file[1] == name.encode()) and (sha256 is None or sha256[1] == digest.encode())


def _is_readable(file: Path) -> bool:
    """Whether every value of a Parquet file can be decoded."""
    try:
        for _ in store.frames(file):
            pass
    except UNREADABLE:
        return False
    return True


def _lines_of(home: Path) -> Path | None:
    """The file to read the lines from: the manifest, or where it is gone the newest damaged one."""
    path = home / "bronze" / manifest.NAME
    return path if path.is_file() else max(path.parent.glob(f"{manifest.NAME}.damaged-*"), default=None)


def _lines(path: Path | None) -> tuple[list[LoadRecord], dict[int, bytes]]:
    """The records that can be read, and the lines that cannot by their number."""
    if path is None:
        return [], {}
    records, broken = [], {}
    *lines, _torn = path.read_bytes().split(b"\n")
    for number, line in enumerate(lines, 1):
        try:
            records.append(manifest.parse(line))
        except (ValueError, TypeError, KeyError):
            broken[number] = line
    return records, broken


def has_bad_rows(home: Path, record: LoadRecord) -> bool:
    """Whether the bad rows of a load are where the manifest says, and those that were set aside."""
    if record.quarantine_file is None:
        return True
    try:
        frame = pl.read_parquet(home / "quarantine" / record.quarantine_file)
    except UNREADABLE:
        return False
    if record.quarantine_sha256 is None:  # the line was made anew from the file
        return frame.height == record.quarantined
    return set(FACTS) <= set(frame.columns) and digest_of(frame) == record.quarantine_sha256


def _is_whole(file: Path, record: LoadRecord) -> bool:
    return file.is_file() and file.stat().st_size == record.bytes and store.sha256(file) == record.sha256


def _adopted(
    home: Path, name: str, contracts: Mapping[str, Contract], number: int, old: Container[str | None]
) -> LoadRecord | None:
    """The record of a file whose line was lost; None for one that cannot be read or that has no contract.

    `old` are the files of quarantine that readable lines name.
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
    bad = _quarantine(home, Path(name).parent, old)
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


def _quarantine(home: Path, folder: Path, old: Container[str | None]) -> Path | None:
    """The newest batch of bad rows of a partition, `<table>.<load number>.parquet`, that no earlier load has named."""
    files = (home / "quarantine" / folder).glob("*.parquet")
    fresh = [file for file in files if file.relative_to(home / "quarantine").as_posix() not in old]
    return max(fresh, key=lambda file: int(file.stem.split(".")[-1]), default=None)
