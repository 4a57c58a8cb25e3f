"""Pages of one mart: filtered, in the order of its grain, each beginning where the one before ended."""

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

OPERATORS = {"eq": "=", "ne": "<>", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
EMPTY = {"null": "is null", "notnull": "is not null"}
KEY = "_page_key"  # of the extra column that says where a page ends
Types = Mapping[str, str]


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
    sql = statement(table, types, grain, asked, world.version)
    answer = reader.pool.ask(world, sql, replace(reader.limits, rows=clamped(asked.rows)))
    shown = answer.columns[:-1]
    records = [dict(zip((key for key, _ in shown), row, strict=False)) for row in answer.rows]
    found = as_dict(replace(answer, columns=shown), data_as_of(cursor))
    last = json.loads(answer.rows[-1][-1]) if answer.cut and answer.rows else None
    return {
        **{key: found[key] for key in ("version", "data_as_of", "columns", "row_count")},
        "rows": records,
        "next": _token(world.version, last) if last is not None else None,
    }


def statement(table: str, types: Types, grain: Sequence[str], asked: Page, version: str) -> str:
    """The SELECT of a page; its last column holds the grain of each row as JSON text."""
    columns = [_known(one, types) for one in asked.columns] or list(types)
    conditions = [_condition(one, types) for one in asked.filters]
    if asked.after:
        conditions.append(_beyond(grain, _key(asked.after, version, len(grain)), types))
    key = ", ".join(f"cast({_quoted(one)} as varchar)" for one in grain)
    where = f" where {' and '.join(f'({one})' for one in conditions)}" if conditions else ""
    order = ", ".join(f"{_quoted(one)} nulls last" for one in grain)
    picked = ", ".join(map(_quoted, columns))
    limit = clamped(asked.rows) + 1  # one more, to know whether there is a next page
    return f"select {picked}, to_json([{key}]) as {KEY} from {table}{where} order by {order} limit {limit}"


def _grain(world: World, table: str, types: Types) -> tuple[str, ...]:
    """What a row of a table is one of; of a table without a declared grain all columns, in their order."""
    mart = next((one for one in world.marts if f"marts.{one.relation}" == table), None)
    return mart.grain if mart and all(one in types for one in mart.grain) else tuple(types)


def _condition(text: str, types: Types) -> str:
    name, _, rest = text.partition(":")
    operator, _, value = rest.partition(":")
    column = _known(name, types)
    if operator in EMPTY:
        return f"{_quoted(column)} {EMPTY[operator]}"
    if operator not in OPERATORS:
        raise ReadError(
            Reason.REFUSED,
            f"the filter {text[:80]!r} is none",
            "the parameter filter",
            f"write column:operator:value with {', '.join([*OPERATORS, *EMPTY])}; such as business_date:gte:2026-03-01",
        )
    return f"{_quoted(column)} {OPERATORS[operator]} {_literal(value, types[column])}"


def _beyond(grain: Sequence[str], key: Sequence[str | None], types: Types) -> str:
    """Rows after a key in the order of the grain, in which an empty value is the last."""
    cases = []
    for index, (column, value) in enumerate(zip(grain, key, strict=True)):
        if value is None:
            continue  # nothing is after the last
        same = [
            f"{_quoted(one)} is not distinct from {_literal(before, types[one])}"
            for one, before in zip(grain[:index], key[:index], strict=True)
        ]
        after = f"({_quoted(column)} > {_literal(value, types[column])} or {_quoted(column)} is null)"
        cases.append(" and ".join([*same, after]))
    return " or ".join(cases) or "false"


def _token(version: str, key: Sequence[str | None]) -> str:
    return base64.urlsafe_b64encode(json.dumps([version, key]).encode()).decode()


def _key(token: str, version: str, width: int) -> list[str | None]:
    try:
        made_of, key = json.loads(base64.b64decode(token.encode(), altchars=b"-_", validate=True))
        is_key = isinstance(key, list) and len(key) == width and all(one is None or isinstance(one, str) for one in key)
    except (ValueError, TypeError, binascii.Error, RecursionError):
        is_key = False
    if not is_key:
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
    return list(key)


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
    return f"cast('{value.replace(chr(39), chr(39) * 2)}' as {kind})"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
