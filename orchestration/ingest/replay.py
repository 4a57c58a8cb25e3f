"""Quarantined rows tried again under today's contract: those that pass join their partition, the rest stay."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from orchestration.config import Settings
from orchestration.errors import ConfigError
from orchestration.ingest import casts, commit, evolution, manifest, store
from orchestration.ingest.check import REASONS, ROW, Checker, Tally, checker, split
from orchestration.ingest.damage import has_bad_rows
from orchestration.ingest.dedupe import KeyIndex, drop_repeated
from orchestration.ingest.manifest import LoadRecord
from orchestration.ingest.model import Contract
from orchestration.ingest.quarantine import reason_names
from orchestration.ingest.quarantine_sink import QuarantineSink
from orchestration.ingest.reasons import Reason, decode, reasons_of
from orchestration.ingest.rewrite import bad_rows_lost
from orchestration.lock import writer


@dataclass(frozen=True)
class Replayed:
    """What became of the bad rows of a load: `landed` are in bronze, `repeated` had a key that bronze has newer."""

    before: LoadRecord
    after: LoadRecord
    landed: int
    repeated: int

    @property
    def kept(self) -> int:
        return self.after.quarantined


def replay(settings: Settings, contracts: Sequence[Contract], target: str | None, run_id: str) -> list[Replayed]:
    """Replay a load (its number), a table, a source or everything; one result per current load with bad rows.

    A load of which no row passes keeps its number: a second replay changes nothing. Raises ConfigError for a target
    without quarantined rows, GateError where bronze cannot be read with today's contract; and GhalaError, before
    anything is landed, where the rows to replay are gone.
    """
    home = settings.home
    with writer(home), store.space(home, "bronze"):
        (home / "bronze").mkdir(parents=True, exist_ok=True)
        commit.recover(home)
        records = manifest.read(home)
        chosen = _chosen(records, target, home)
        if lost := next((record for record in chosen if not has_bad_rows(home, record)), None):
            raise bad_rows_lost(home, lost)
        known = {contract.key: contract for contract in contracts}
        number = manifest.newest_number(home)
        (home / "bronze" / commit.IN_FLIGHT).touch()
        results = []
        for record in chosen:
            contract = known.get(f"{record.source}.{record.table}")
            if contract is None:
                remedy = "write it again (ghala contract infer), or leave the rows where they are"
                raise ConfigError(
                    f"there is no contract {record.source}.{record.table}", str(settings.contracts), remedy
                )
            evolution.check_history(home, contract, [record], set())
            done = _replay_one(home, contract, record, number + 1, run_id)
            number = max(number, done.after.load_number)
            results.append(done)
        (home / "bronze" / commit.IN_FLIGHT).unlink()
    return results


def _chosen(records: Sequence[LoadRecord], target: str | None, home: Path) -> list[LoadRecord]:
    """The current loads with bad rows that a target means."""
    current = [record for record in manifest.current(records).values() if record.quarantine_file is not None]
    found = [r for r in current if target in (None, str(r.load_number), r.source, f"{r.source}.{r.table}")]
    if target is None or found:
        return found
    old = next((r for r in records if str(r.load_number) == target), None)
    newer = next((r for r in manifest.current(records).values() if old and r.partition == old.partition), None)
    if old is not None and newer is not None and newer is not old:
        what = f"load {target} was replaced by load {newer.load_number}, which took its rows anew"
    else:
        what = f"nothing of {target!r} is in quarantine"
    raise ConfigError(what, str(home / "quarantine"), "take a load, a table or a source of: ghala quarantine list")


def _replay_one(home: Path, contract: Contract, record: LoadRecord, number: int, run_id: str) -> Replayed:
    check, held = _checker(contract)
    path = home / "quarantine" / str(record.quarantine_file)
    rows = pl.read_parquet(path)
    good, bad = _tried(check, held, rows, reason_names(path))
    if good.is_empty():
        return Replayed(record, record, 0, 0)
    final = home / "bronze" / record.file
    sink = store.ParquetSink(store.temporary(final, run_id))
    folder = commit.partition_folder(home / "quarantine", (record.source, record.table), str(record.logical_date))
    named = replace(check, reasons=(*check.reasons, *held))
    waste = QuarantineSink(folder / f"{record.table}.{number}.parquet", run_id, named, record.logical_date, number)
    keys = KeyIndex(contract)
    try:
        with sink, waste:
            # First, so that of two equal versions of a key the one stays that readers have seen.
            for frame in (good, *(_widened(contract, frame) for frame in store.frames(final))):
                sink.write(frame)
                keys.add(frame)
            if bad.height:
                waste.write(bad)
        repeated = drop_repeated(sink, contract, keys, run_id)
        after = _record(home, contract, record, sink, waste, number=number, run_id=run_id, good=good, repeated=repeated)
        commit.commit(home, commit.Staged(after, sink.path, waste.path if waste.rows else None))
    finally:
        sink.path.unlink(missing_ok=True)
        waste.path.unlink(missing_ok=True)
    return Replayed(record, after, good.height - repeated, repeated)


def _checker(contract: Contract) -> tuple[Checker, tuple[Reason, ...]]:
    """The contract without rules on hashes, and these rules: what was hashed in quarantine cannot be checked again."""
    secret = {column.name for column in contract.columns if column.secret}
    plain = tuple(
        replace(
            c, secret=False, normalise=None, pattern=None, min_length=None, max_length=None, null_values=(), trim=False
        )
        if c.secret
        else c
        for c in contract.columns
    )
    rules = tuple(rule for rule in contract.quality if rule.column not in secret or rule.not_null)
    # No format, so that what was wrong with a row as a whole stays wrong: its fields are not known any more.
    whole = replace(contract.extraction, format=None)
    check = checker(replace(contract, columns=plain, quality=rules, extraction=whole))
    known = {reason.id for reason in check.reasons}
    return check, tuple(reason for reason in reasons_of(contract) if reason.id not in known)


def _tried(
    check: Checker, held: tuple[Reason, ...], rows: pl.DataFrame, names: tuple[str, ...]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows that pass, in bronze columns; the others as they were, with today's reasons.

    A row that broke a rule on a hashed column stays: its value is not known any more.
    """
    ids = {reason.id: 1 << (len(check.reasons) + n) for n, reason in enumerate(held)}
    stuck = pl.Series(
        [sum(ids.get(name, 0) for name in decode(mask, names)) for mask in rows[REASONS]], dtype=pl.UInt64
    )
    columns = check.contract.columns
    raw = pl.DataFrame(
        {
            c.source_name: rows[c.name] if c.name in rows.columns else pl.Series([None] * rows.height, dtype=pl.String)
            for c in columns
        }
    )
    good, bad = split(check, raw, Tally())
    masks = pl.Series([0] * rows.height, dtype=pl.UInt64)
    if bad is not None:
        masks = masks.scatter((bad[ROW] - 1).cast(pl.UInt32), bad[REASONS])
    passes = masks == 0
    texts = raw.rename({c.source_name: c.name for c in columns}).with_columns((masks | stuck).alias(REASONS), rows[ROW])
    return good.filter(stuck.filter(passes) == 0), texts.filter(~passes | (stuck != 0))


def _widened(contract: Contract, frame: pl.DataFrame) -> pl.DataFrame:
    """A frame of an earlier minor version: columns that were added since are null."""
    types = {column.name: casts.bronze_type(column) for column in contract.columns}
    missing = [pl.lit(None, dtype=type_).alias(name) for name, type_ in types.items() if name not in frame.columns]
    return frame.with_columns(missing).select(list(types))


def _record(
    home: Path,
    contract: Contract,
    before: LoadRecord,
    sink: store.ParquetSink,
    waste: QuarantineSink,
    *,
    number: int,
    run_id: str,
    good: pl.DataFrame,
    repeated: int,
) -> LoadRecord:
    """The load that takes the place of another one: as many rows were extracted, fewer of them are in quarantine."""
    cursor = contract.cursor_column
    newest = None if cursor is None else good[cursor.name].max()
    stamps = [text for text in (before.max_cursor, None if newest is None else str(newest).replace(" ", "T")) if text]
    return replace(
        before,
        load_number=number,
        rows=sink.rows,
        bytes=sink.path.stat().st_size,
        sha256=store.sha256(sink.path),
        quarantined=waste.rows,
        deduplicated=before.deduplicated + repeated,
        quarantine_file=waste.final.relative_to(home / "quarantine").as_posix() if waste.rows else None,
        quarantine_sha256=waste.digest,
        contract_version=contract.version,
        run_id=run_id,
        loaded_at=datetime.now(UTC).isoformat(timespec="microseconds"),
        seconds=0.0,
        max_cursor=max(stamps, key=_comparable) if stamps else None,
    )


def _comparable(stamp: str) -> tuple[int, str]:
    """Cursors that are numbers by their value, times by their text."""
    return (len(stamp), stamp) if stamp.isdigit() else (0, stamp)
