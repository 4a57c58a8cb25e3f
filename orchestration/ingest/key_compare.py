"""Hard deletes: a key that is in bronze and no longer in its source becomes a row that says so."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl

from orchestration.ingest import casts
from orchestration.ingest.contract_options import entity_key
from orchestration.ingest.drift import gate, is_few
from orchestration.ingest.manifest import LoadRecord
from orchestration.ingest.model import Contract

DELETED, ORDER = "is_deleted", "__order"


def existing_keys(contract: Contract, raw: pl.DataFrame) -> pl.DataFrame:
    """The keys of the source in bronze types."""
    keys = [column for column in contract.columns if column.name in entity_key(contract)]
    timezone = contract.extraction.timezone
    return raw.select(
        casts.cast(raw.schema[c.source_name], c, timezone, casts.formats_of(c)).alias(c.name) for c in keys
    )


def tombstones(
    contract: Contract,
    day: date,
    *,
    bronze: Path,
    fresh: Path,
    others: Sequence[LoadRecord],
    existing: pl.DataFrame,
    known: int = 0,
) -> tuple[pl.DataFrame, int]:
    """The rows that mark vanished keys as deleted, in bronze columns, ordered by key; and how many keys were compared.

    Compared are the keys whose last version before the end of `day` is not deleted and that have no version on a later
    day: what vanished later is marked there. `fresh` holds the rows of the day itself without tombstones, `others` are
    the current loads of the table's other days. Each row has the last known values, and as time of its change the last
    microsecond of the day: the same source gives the same rows. Raises GateError when too many keys vanished.
    """
    how = contract.extraction.key_compare
    cursor = contract.cursor_column
    assert how is not None and cursor is not None  # noqa: S101  (checked when the contract was read)
    keys = list(entity_key(contract))
    end = datetime(day.year, day.month, day.day) + timedelta(days=1)
    since = None if how.days is None else end - timedelta(days=how.days)
    held = [r for r in others if r.rows and r.logical_date < day and (since is None or r.logical_date >= since.date())]
    files = [bronze / record.file for record in sorted(held, key=lambda record: record.load_number)] + [fresh]
    latest = _latest(contract, files, [*keys, cursor.name, DELETED])
    alive = latest.filter(~pl.col(DELETED).fill_null(False), *([pl.col(cursor.name) >= since] if since else []))
    later = [bronze / record.file for record in others if record.rows and record.logical_date > day]
    if later:
        alive = alive.join(_scan(contract, later).select(keys).unique().collect(), on=keys, how="anti")
    missing = alive.join(existing, on=keys, how="anti")
    is_first = all(record.compared == 0 for record in others)
    _break_circuit(contract, missing.height - known, alive.height, existing.height, is_first=is_first)
    columns = [column.name for column in contract.columns]
    if missing.is_empty():
        return pl.DataFrame(
            schema={column.name: casts.bronze_type(column) for column in contract.columns}
        ), alive.height
    last = _latest(contract, files, columns, only=missing.select(keys))
    moment = pl.lit(end - timedelta(microseconds=1), dtype=pl.Datetime("us")).alias(cursor.name)
    return last.with_columns(pl.lit(True).alias(DELETED), moment).sort(keys).select(columns), alive.height


def _latest(
    contract: Contract, files: list[Path], columns: list[str], only: pl.DataFrame | None = None
) -> pl.DataFrame:
    """The last version of each key: by cursor, and of equals the one that was landed last."""
    keys = list(entity_key(contract))
    cursor = contract.cursor_column.name if contract.cursor_column else ""
    rows = _scan(contract, files).select(columns).with_row_index(ORDER)
    rows = rows if only is None else rows.join(only.lazy(), on=keys, how="semi")
    return rows.collect().sort(cursor, ORDER, nulls_last=False).unique(keys, keep="last").drop(ORDER)


def _scan(contract: Contract, files: list[Path]) -> pl.LazyFrame:
    """Files in bronze columns; one from before a column was added has nulls there."""
    schema = {column.name: casts.bronze_type(column) for column in contract.columns}
    return pl.scan_parquet(files, schema=schema, missing_columns="insert", extra_columns="ignore", glob=False)


def _break_circuit(contract: Contract, missing: int, compared: int, existing: int, *, is_first: bool) -> None:
    """Too many keys that vanished at once are a fault of the source, not deletions.

    A few may go from a small table: one warehouse of three closes. The first comparison of a table finds all that
    vanished in its history, so that only half of its keys are too many.
    """
    how, limit = contract.extraction.key_compare, contract.block_percent
    name = how.relation if how else ""
    if missing > 0 and not existing:
        raise gate(
            contract,
            f"{name} is empty, and all {missing} keys would be marked as deleted",
            contract.key,
            kind="breaker",
        )
    is_bearable = is_few(missing, compared, limit) or (is_first and 2 * missing < compared)
    if 100 * missing > limit * compared and not is_bearable:
        share = f"{missing} of {compared} keys are no longer in {name} ({100 * missing / compared:.1f} %)"
        what = f"{share}, more than {limit:g} %: they would all be marked as deleted"
        raise gate(contract, what, contract.key, kind="breaker")
