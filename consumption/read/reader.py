"""What every read needs: where the published versions are, and the workers that ask them."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import duckdb

from consumption.read.errors import ReadError, Reason
from consumption.read.pool import Answer, Limits, Pool
from consumption.read.world import World, current
from orchestration.config import Settings

ROWS = 100  # unless asked: what a model reads without losing the thread
MOST_ROWS = 1_000


@dataclass(frozen=True)
class Reader:
    """One server's access to the published marts."""

    settings: Settings
    pool: Pool
    limits: Limits = field(default_factory=Limits)

    def world(self) -> tuple[World, duckdb.DuckDBPyConnection]:
        """The newest version, and a cursor of this server's own for its fixed questions of `ops`."""
        return current(self.settings)

    def ask(self, sql: str, limits: Limits | None = None) -> Answer:
        """The rows of one SELECT over what is served of the newest version."""
        world, _ = self.world()
        return self.pool.ask(world, sql, limits or self.limits)


def query(reader: Reader, sql: str, rows: int = ROWS) -> dict[str, Any]:
    """The answer to a caller's own SELECT, at most `rows` of it, with a hint when there was more."""
    world, cursor = reader.world()
    limits = replace(reader.limits, rows=clamped(rows))
    return as_dict(reader.pool.ask(world, sql, limits), data_as_of(cursor))


def clamped(rows: int) -> int:
    """How many rows are given: never more than MOST_ROWS. Raises ReadError for none."""
    if rows < 1:
        raise ReadError(Reason.REFUSED, f"a limit of {rows} rows", "the limit", f"give 1 to {MOST_ROWS}")
    return min(rows, MOST_ROWS)


def as_dict(answer: Answer, as_of: date | None) -> dict[str, Any]:
    """An answer with its provenance: version, the day its data reach, and whether rows are missing."""
    found: dict[str, Any] = {
        "version": answer.version,
        "data_as_of": as_of.isoformat() if as_of else None,
        "columns": [{"name": name, "type": kind} for name, kind in answer.columns],
        "rows": answer.rows,
        "row_count": len(answer.rows),
        "truncated": answer.cut is not None,
    }
    if answer.cut:
        what = f"{len(answer.rows):,} rows" if answer.cut == "rows" else f"{len(answer.rows):,} rows (the size limit)"
        found["hint"] = (
            f"these are the first {what}, there are more: group and aggregate, filter (a business_date narrows most"
            f" facts), or order by … limit …; no answer has more than {MOST_ROWS:,} rows"
        )
    return found


def data_as_of(cursor: duckdb.DuckDBPyConnection) -> date | None:
    """The day through which every mart is complete; None where no mart says."""
    found = cursor.execute("select min(data_as_of) from ops.mart_freshness").fetchone()
    return found[0] if found else None
