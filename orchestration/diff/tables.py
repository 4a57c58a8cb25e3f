"""Two tables compared inside DuckDB: one pass over each gives a checksum per column; only what differs is joined.

The checksum of a column adds up a hash of (key, value) over all rows: it knows no order of rows, it sees two values
that changed places, and integers add up exactly. Columns whose names begin with `_` (`_load`) say which build wrote a
row, not what the row says: they are not compared.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from orchestration.diff.model import ColumnDiff, Figures, TableDiff
from orchestration.quoting import identifier

Connection = duckdb.DuckDBPyConnection
Types = Mapping[str, str]  # column -> type

EXAMPLES = 3  # keys shown of each kind: enough to look one up
NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
REALS = ("DOUBLE", "FLOAT")
TIMES = ("DATE", "TIME", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE")


@dataclass(frozen=True)
class Profile:
    """Rows, and of each column its checksum and its figures."""

    rows: int
    checksums: dict[str, int]
    figures: dict[str, Figures]


def compare(connection: Connection, table: str, columns: tuple[Types, Types], key: Sequence[str]) -> TableDiff | None:
    """What differs in `table` (schema.name) between the attached databases `before` and `after`, None when nothing.

    `columns` are those of both sides; `key` is the grain, used where both sides have all of it.
    """
    old, new = columns
    left, right = _relation("before", table), _relation("after", table)
    shared = [name for name in old if name in new and old[name] == new[name] and not name.startswith("_")]
    known = [name for name in key if name in shared]
    usable = known if known and len(known) == len(key) else []
    profiles = [profile(connection, side, {name: old[name] for name in shared}, usable) for side in (left, right)]
    one, two = profiles
    differing = [name for name in shared if one.checksums[name] != two.checksums[name]]
    retyped = {name: (old[name], new[name]) for name in old if name in new and old[name] != new[name]}
    lost, come = [name for name in old if name not in new], [name for name in new if name not in old]
    if one.rows == two.rows and not (differing or retyped or lost or come):
        return None
    is_same = one.rows == two.rows and not differing
    is_unique = bool(usable) and (is_same or all(_is_unique(connection, side, usable) for side in (left, right)))
    rows = Rows() if is_same else _rows(connection, (left, right), shared, usable if is_unique else [], differing)
    return TableDiff(
        table=table,
        rows_before=one.rows,
        rows_after=two.rows,
        key=tuple(usable) if is_unique else (),
        added=rows.added,
        removed=rows.removed,
        changed=rows.changed,
        columns_added=tuple(come),
        columns_removed=tuple(lost),
        retyped=retyped,
        columns=tuple(
            ColumnDiff(name, rows.by_column.get(name), one.figures[name], two.figures[name]) for name in differing
        ),
        examples=rows.examples,
    )


@dataclass(frozen=True)
class Rows:
    """Rows that differ, by kind; `changed` is None where keys cannot be matched."""

    added: int = 0
    removed: int = 0
    changed: int | None = 0
    by_column: dict[str, int] = field(default_factory=dict)
    examples: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)


def profile(connection: Connection, relation: str, columns: Types, key: Sequence[str]) -> Profile:
    """One pass over a table: its rows, and a checksum and figures per column."""
    parts = ["count(*)"]
    for name, kind in columns.items():
        column = identifier(name)
        parts += [f"sum(hash({'_key, ' if key else ''}{column}))", f"count({column})", *_figures(column, kind)]
    source = f"(select *, hash({_listed(key)}) as _key from {relation})" if key else relation
    answer = connection.execute(f"select {', '.join(parts)} from {source}").fetchone()
    rows, *values = answer or (0,)
    checksums: dict[str, int] = {}
    figures: dict[str, Figures] = {}
    for index, name in enumerate(columns):
        checksum, count, total, low, high = values[5 * index : 5 * index + 5]
        checksums[name] = int(checksum or 0)
        nulls = rows - count
        figures[name] = Figures(nulls, nulls / rows if rows else 0.0, total, low, high)
    return Profile(rows, checksums, figures)


def _figures(column: str, kind: str) -> tuple[str, str, str]:
    """SQL of sum, minimum and maximum; null for what has none."""
    base = kind.split("(", maxsplit=1)[0]
    ends = f"min({column})::varchar", f"max({column})::varchar"
    if base in (*NUMBERS, "DECIMAL", *REALS):
        return f"sum({column})::double", *ends
    return ("null", *ends) if base in TIMES else ("null", "null", "null")


def _is_unique(connection: Connection, relation: str, key: Sequence[str]) -> bool:
    repeated = f"select 1 from {relation} group by {_listed(key)} having count(*) > 1 limit 1"
    return connection.execute(repeated).fetchone() is None


def _rows(
    connection: Connection,
    relations: tuple[str, str],
    shared: Sequence[str],
    key: Sequence[str],
    differing: Sequence[str],
) -> Rows:
    """Count the rows that differ: matched by key, else as whole rows."""
    left, right = relations
    if not key:
        names = _listed(shared)
        one, two = f"select {names} from {left}", f"select {names} from {right}"
        removed, added = (
            _count(connection, f"select count(*) from ({a} except all {b})") for a, b in ((one, two), (two, one))
        )
        return Rows(added, removed, None, {}, {})
    values = [name for name in differing if name not in key]
    pairs = [f"o.{identifier(name)} is distinct from n.{identifier(name)}" for name in values]
    is_changed = f"({' or '.join(pairs) or 'false'}) and o._here and n._here"
    names = _listed([*key, *values])
    same = " and ".join(f"o.{identifier(name)} is not distinct from n.{identifier(name)}" for name in key)
    joined = (
        f"(select {names}, true as _here from {left}) as o"
        f" full join (select {names}, true as _here from {right}) as n on {same}"
    )
    kinds = {"added": "o._here is null", "removed": "n._here is null", "changed": is_changed}
    counts = [f"count(*) filter ({condition})" for condition in kinds.values()]
    counts += [f"count(*) filter ({pair} and o._here and n._here)" for pair in pairs]
    keys = ", ".join(f"coalesce(n.{identifier(name)}, o.{identifier(name)})" for name in key)
    shown = [f"min(({keys}), {EXAMPLES}) filter ({condition})" for condition in kinds.values()]
    answer = connection.execute(f"select {', '.join(counts + shown)} from {joined}").fetchone() or ()
    added, removed, changed, *rest = answer
    examples = {
        kind: [_tuple(one) for one in found] for kind, found in zip(kinds, rest[len(pairs) :], strict=True) if found
    }
    return Rows(added, removed, changed, dict(zip(values, rest, strict=False)), examples)


def _tuple(value: Any) -> tuple[Any, ...]:
    if isinstance(value, dict):
        return tuple(value.values())
    return value if isinstance(value, tuple) else (value,)


def _count(connection: Connection, sql: str) -> int:
    answer = connection.execute(sql).fetchone()
    return int(answer[0]) if answer else 0


def _relation(database: str, table: str) -> str:
    return ".".join(identifier(part) for part in (database, *table.split(".", maxsplit=1)))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(identifier(name) for name in names)
