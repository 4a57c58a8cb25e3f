"""The routes of the API. Every answer but /health needs a key; every error is a problem that says what to do next."""

import hmac
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Path, Query, Security
from fastapi.security import APIKeyHeader

from consumption.api.models import Answer, Described, Health, Problem, Rows
from consumption.api.problems import Unauthorised, handle
from consumption.read import catalogue, lineage, metrics, quality
from consumption.read.reader import MOST_ROWS, ROWS, Reader, data_as_of
from consumption.read.rows import Page, page
from consumption.read.waiting import Watched

PROBLEMS: dict[int | str, dict[str, Any]] = {
    code: {"model": Problem, "content": {"application/problem+json": {}}, "description": text}
    for code, text in (
        (400, "not offered, or not understood"),
        (401, "no key, or a wrong one"),
        (404, "no such table, column or metric"),
        (409, "a new version was published between two pages"),
        (422, "a parameter is none, or the answer takes too much time or memory"),
        (503, "busy, or nothing can be read"),
    )
}
Name = Annotated[str, Path(description="A table, such as fct_order_lines.", max_length=200)]
Limit = Annotated[int, Query(ge=1, le=MOST_ROWS, description="Most rows of the answer.")]
Day = Annotated[date | None, Query(description="YYYY-MM-DD, included.")]
HEADER = APIKeyHeader(name="X-API-Key", auto_error=False, description="One of GHALA_API_KEY.")


def make(reader: Reader, keys: Sequence[str]) -> FastAPI:
    """The application. Without CORS and without pages: no other site's script can read it, and it loads none."""

    def with_key(given: Annotated[str | None, Security(HEADER)] = None) -> None:
        offered = (given or "").encode()
        matching = sum(hmac.compare_digest(offered, key.encode()) for key in keys)  # all of them: time tells nothing
        if not matching:
            raise Unauthorised

    app = FastAPI(
        title="Ghala",
        summary="The published marts of a supply-chain warehouse, read-only.",
        version="1",
        docs_url=None,  # the page would load its scripts from another host
        redoc_url=None,
        responses={code: PROBLEMS[code] for code in (422, 503)},
    )
    handle(app)
    app.add_middleware(Watched)
    app.include_router(_health(reader))
    app.include_router(_reads(reader), dependencies=[Depends(with_key)], responses=PROBLEMS)
    return app


def _health(reader: Reader) -> APIRouter:
    routes = APIRouter()

    @routes.get("/health", tags=["health"])
    def health() -> Health:
        """Whether reads are answered: the version, the day its data reach, what is stale. Needs no key."""
        world, cursor = reader.world()
        stale = cursor.execute("select mart_name from ops.mart_freshness where is_stale order by 1").fetchall()
        as_of = data_as_of(cursor)
        return Health(
            status="stale" if stale else "ok",
            version=world.version,
            data_as_of=as_of.isoformat() if as_of else None,
            stale_marts=[row[0] for row in stale],
        )

    return routes


def _reads(reader: Reader) -> APIRouter:
    routes = APIRouter()

    @routes.get("/marts", tags=["marts"], response_model=Described)
    def marts() -> dict[str, Any]:
        """All published tables, each with grain, owner and how fresh it is."""
        return catalogue.tables(reader)

    @routes.get("/marts/{name}", tags=["marts"], response_model=Described)
    def mart(name: Name) -> dict[str, Any]:
        """One table: columns, owner, tests and how they ended, freshness, sources."""
        return catalogue.describe(reader, name)

    @routes.get("/marts/{name}/rows", tags=["marts"], response_model=Rows)
    def rows(
        name: Name,
        columns: Annotated[list[str] | None, Query(description="All unless given.", max_length=100)] = None,
        filter: Annotated[
            list[str] | None,
            Query(description="column:operator:value; eq ne lt lte gt gte null notnull", max_length=20),
        ] = None,
        after: Annotated[str | None, Query(description="`next` of the page before.", max_length=4000)] = None,
        limit: Limit = ROWS,
    ) -> dict[str, Any]:
        """Rows in the order of the table's grain. Follow `next` for all of them: none is given twice or left out."""
        return page(reader, name, Page(tuple(columns or ()), tuple(filter or ()), after, limit))

    @routes.get("/metrics", tags=["metrics"], response_model=Described)
    def all_metrics() -> dict[str, Any]:
        """The governed metrics: definition, owner, and the dimensions and grains each can be asked by."""
        return metrics.listed(reader)

    @routes.get("/metrics/{name}", tags=["metrics"], response_model=Answer)
    def metric(  # noqa: PLR0917  (parameters of a URL have names)
        name: Annotated[str, Path(max_length=200)],
        by: Annotated[list[str] | None, Query(description="Dimensions to group by.", max_length=10)] = None,
        grain: Annotated[str | None, Query(description="day, week, month, quarter, year", max_length=20)] = None,
        where: Annotated[str | None, Query(description="A filter over dimensions.", max_length=2000)] = None,
        start: Day = None,
        end: Day = None,
        limit: Limit = ROWS,
    ) -> dict[str, Any]:
        """One metric by dimensions and time; a ratio is computed right for every grouping."""
        question = metrics.Question((name,), tuple(by or ()), grain, where, start, end)
        return metrics.asked(reader, question, limit)

    @routes.get("/quality", tags=["quality"], response_model=Described)
    def quality_status(mart: Annotated[str | None, Query(max_length=200)] = None) -> dict[str, Any]:
        """Gates, failing tests, stale marts, incidents and quarantine; or of one mart its tests and freshness."""
        return quality.status(reader, mart)

    @routes.get("/lineage/{name}", tags=["marts"], response_model=Described)
    def made_of(name: Name) -> dict[str, Any]:
        """What a mart is made of, back to the contracts of its sources, and who reads it."""
        return lineage.lineage(reader, name)

    return routes
