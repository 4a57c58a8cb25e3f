"""Follows the cursors of a paged API, and notices when it goes round in circles or loses records."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import orjson

from orchestration.errors import GhalaError

NEXT_STEP = "ask the owner of the API, then run again; the previous data stay"


class Page(NamedTuple):
    """The records of one page."""

    records: list[dict[str, Any]]


def pages(get: Callable[[str | None], bytes], origin: str) -> Iterator[Page]:
    """All pages, from `{"data": […], "next_cursor": text or null, "total": number}`.

    Raises GhalaError for malformed JSON, a cursor or a page that repeats, and a total that does not match.
    """
    cursor: str | None = None
    cursors: set[str] = set()
    contents: set[bytes] = set()
    fetched, total = 0, None
    while True:
        body = _parse(get(cursor), origin)
        records, cursor = body["data"], body.get("next_cursor")
        total = body.get("total", total)
        ends = orjson.dumps([len(records), records[:1], records[-1:]])
        if records and ends in contents:
            raise GhalaError(f"the API sends the same page again after {fetched} records", origin, NEXT_STEP)
        contents.add(ends)
        fetched += len(records)
        yield Page(records)
        if cursor is None:
            break
        if cursor in cursors or not records:
            raise GhalaError(f"the API goes round in circles: cursor {cursor!r} leads nowhere", origin, NEXT_STEP)
        cursors.add(cursor)
    if total is not None and fetched != total:
        raise GhalaError(f"the API announced {total} records and sent {fetched}", origin, NEXT_STEP)


def _parse(content: bytes, origin: str) -> dict[str, Any]:
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise GhalaError(f"the API sends malformed JSON: {error}", origin, NEXT_STEP) from error
    records = body.get("data") if isinstance(body, dict) else None
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise GhalaError("the API's answer has no list of records in 'data'", origin, NEXT_STEP)
    return dict(body)
