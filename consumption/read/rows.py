"""Pages of one mart: filtered, in the order of its grain, each beginning where the one before ended.

Where it ended is the key of its last row. A table without a grain has none, and one that is too long for a URL is left
out: then so many rows are passed over as were given, which is the same place, because a version never changes.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from consumption.read.catalogue import full_name
from consumption.read.errors import ReadError, Reason
from consumption.read.personal import How
from consumption.read.reader import Reader, as_dict, clamped, data_as_of
from consumption.read.world import World
from orchestration.quoting import identifier, literal

OPERATORS = {"eq": "=", "ne": "<>", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
EMPTY = {"null": "is null", "notnull": "is not null"}
KEY = "_page_key"  # of the extra column that says where a page ends
LONGEST_KEY = 500  # bytes: a query repeats it once per column of the grain, and a URL carries it
MOST_GIVEN = 10**15  # rows before a page: beyond any table, and DuckDB's numbers hold it
Types = Mapping[str, str]
Place = tuple[int, Sequence[str | None] | None]  # rows given so far, and the key of the last of them where it has one
START: Place = (0, None)


@dataclass(frozen=True)
class Page:
    """What is asked of a mart: columns (all unless given), filters `column:operator:value`, and where to go on."""

    columns: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    after: str | None = None
    rows: int = 100


def page(reader: Reader, name: str, asked: Page) -> dict[str, Any]:
    """Rows as records, with `next`: what to give as `after` for the next page, None at the end.

    Raises ReadError for an unknown name, a filter that is none, or when a new version came between two pages.
    """
    world, cursor = reader.world()
    table = full_name(world, name)
    types = {key: kind for key, (kind, how) in world.tables[table].items() if how is not How.WITHHELD}
    grain = _grain(world, table, types)
    begin = _place(asked.after, world.version, len(grain)) if asked.after else START
    sql = statement(table, types, grain, asked, begin)
    answer = reader.pool.ask(world, sql, replace(reader.limits, rows=clamped(asked.rows)))
    shown = answer.columns[:-1]
    records = [dict(zip((key for key, _ in shown), row, strict=False)) for row in answer.rows]
    found = as_dict(replace(answer, columns=shown), data_as_of(cursor))
    last = answer.rows[-1][-1] if answer.rows else None
    end = (begin[0] + len(records), json.loads(last) if last else None)
    return {
        **{key: found[key] for key in ("version", "data_as_of", "columns", "row_count")},
        "rows": records,
        "next": _token(world.version, end) if answer.cut and records else None,
    }


def statement(table: str, types: Types, grain: Sequence[str], asked: Page, begin: Place) -> str:
    """The SELECT of a page; its last column holds the grain of each row as JSON text, where it has one."""
    given, key = begin
    columns = [_known(one, types) for one in asked.columns] or list(types)
    conditions = [_condition(one, types) for one in asked.filters]
    if key is not None:
        conditions.append(_beyond(grain, key, types))
    where = f" where {' and '.join(f'({one})' for one in conditions)}" if conditions else ""
    order = ", ".join(f"{identifier(one)} nulls last" for one in grain or types)
    picked = ", ".join(map(identifier, columns))
    limit = clamped(asked.rows) + 1  # one more, to know whether there is a next page
    skipped = f" offset {given}" if key is None and given else ""
    return f"select {picked}, {_key(grain)} as {KEY} from {table}{where} order by {order} limit {limit}{skipped}"


def _grain(world: World, table: str, types: Types) -> tuple[str, ...]:
    """What a row of a table is one of, as far as it is served; nothing for a table without a declared grain."""
    mart = next((one for one in world.marts if f"marts.{one.relation}" == table), None)
    return mart.grain if mart and all(one in types for one in mart.grain) else ()


def _key(grain: Sequence[str]) -> str:
    """The key of a row as SQL: JSON text, or null where no query can hold it, being too long or with a NUL."""
    if not grain:
        return "null"
    key = f"cast(to_json([{', '.join(f'cast({identifier(one)} as varchar)' for one in grain)}]) as varchar)"
    return f"case when strlen({key}) <= {LONGEST_KEY} and not contains({key}, '\\u0000') then {key} end"


def _condition(text: str, types: Types) -> str:
    name, _, rest = text.partition(":")
    operator, _, value = rest.partition(":")
    column = _known(name, types)
    if operator in EMPTY:
        return f"{identifier(column)} {EMPTY[operator]}"
    if operator not in OPERATORS:
        raise ReadError(
            Reason.REFUSED,
            f"the filter {text[:80]!r} is none",
            "the parameter filter",
            f"write column:operator:value with {', '.join([*OPERATORS, *EMPTY])}; such as business_date:gte:2026-03-01",
        )
    return f"{identifier(column)} {OPERATORS[operator]} {_literal(value, types[column])}"


def _beyond(grain: Sequence[str], key: Sequence[str | None], types: Types) -> str:
    """Rows after a key in the order of the grain, in which an empty value is the last."""
    cases = []
    for index, (column, value) in enumerate(zip(grain, key, strict=True)):
        if value is None:
            continue  # nothing is after the last
        same = [
            f"{identifier(one)} is not distinct from {_literal(before, types[one])}"
            for one, before in zip(grain[:index], key[:index], strict=True)
        ]
        after = f"({identifier(column)} > {_literal(value, types[column])} or {identifier(column)} is null)"
        cases.append(" and ".join([*same, after]))
    return " or ".join(cases) or "false"


def _token(version: str, end: Place) -> str:
    text = json.dumps([version, *end], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode()


def _place(token: str, version: str, width: int) -> Place:
    """Where the page of a token begins. Raises ReadError for one that no page of this version gave."""
    try:
        made_of, given, key = json.loads(base64.b64decode(token.encode(), altchars=b"-_", validate=True))
        is_key = key is None or (
            isinstance(key, list) and len(key) == width > 0 and all(one is None or isinstance(one, str) for one in key)
        )
        is_place = is_key and type(given) is int and 0 < given <= MOST_GIVEN
    except (ValueError, TypeError, binascii.Error, RecursionError):
        is_place = False
    if not is_place:
        raise ReadError(
            Reason.REFUSED, "the parameter after is none of ours", "the parameter after", "give `next` of a page"
        )
    if made_of != version:
        raise ReadError(
            Reason.CHANGED,
            f"version {version} was published since the page before",
            "the parameter after",
            "begin again without it, so that all pages are of one version",
        )
    return given, key


def _known(name: str, types: Types) -> str:
    if name in types:
        return name
    near = get_close_matches(name, types, n=2)
    did = f"; did you mean {' or '.join(near)}?" if near else ""
    raise ReadError(
        Reason.UNKNOWN,
        f"there is no column {name[:80]!r}{did}",
        "the columns",
        "describe (GET /marts/name) names them all",
    )


def _literal(value: str | None, kind: str) -> str:
    if value is None:
        return "null"
    return f"cast({literal(value)} as {kind})"
