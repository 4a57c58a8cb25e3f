"""A source that is down for days: the others go on, readers see what is stale, and one run catches up."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import duckdb
import pytest

from orchestration.errors import GateError
from orchestration.governance.write import write
from orchestration.ingest.manifest import LoadRecord
from orchestration.ingest.outages import Outage
from orchestration.ops import files, punctuality, staleness
from orchestration.ops.staleness import MartAge
from orchestration.summary import quality
from orchestration.summary_view import quality_line
from tests.python.ingest.faulty_api import TOKEN, Api, page, serve
from tests.python.publish.fixtures import active, run_main_job
from tests.python.publish.toy import CONTRACT, SOURCES, START, Toy

WEB = "{type: rest, connection: web, path: /v1/visits, cursor: updated_at}"
VISITS = """\
      - {name: visit_id, logicalType: string, physicalType: VARCHAR, description: Visit., primaryKey: true}
      - {name: updated_at, logicalType: timestamp, physicalType: TIMESTAMP, description: When., required: true}
"""
MARTS = "select mart_name, data_as_of::varchar, is_stale, stale_sources from ops.mart_freshness order by all"


def add_visits(toy: Toy) -> None:
    """A second source: an API of visits, with a mart of its own and one of both sources."""
    head, rest = CONTRACT.replace("sales", "visits").split("    properties:\n")
    tail = rest[rest.index("slaProperties") :]
    extraction = tail[tail.index("{type: files") : tail.index("}}") + 1]
    texts = {
        "contracts/web/visits.odcs.yaml": f"{head}    properties:\n{VISITS}{tail.replace(extraction, WEB)}",
        "models/staging/web/_web__sources.yml": SOURCES.replace("shop", "web")
        .replace("sales", "visits")
        .replace("sale_id", "visit_id"),
        "models/staging/web/stg_web__visits.sql": "select * from {{ source('web', 'visits') }}\n",
        "models/marts/sales/fct_visits.sql": "select visit_id, updated_at from {{ ref('stg_web__visits') }}\n",
        "models/marts/sales/fct_days.sql": (
            "select business_date as day from {{ ref('fct_sales') }} union\n"
            "select updated_at::date from {{ ref('fct_visits') }}\n"
        ),
    }
    for name, text in texts.items():
        file = toy.project / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def visits(query: dict[str, str], _call: int) -> tuple[int, dict[str, str], bytes]:
    """Three visits each day of the window that is asked for."""
    first = date.fromisoformat(query.get("updated_since", str(START))[:10])
    days = (date.fromisoformat(query["updated_before"][:10]) - first).days
    made = [(first + timedelta(days=n // 3), n % 3) for n in range(3 * days)]
    records = [{"visit_id": f"{day}-{n}", "updated_at": f"{day}T08:00:0{n}Z"} for day, n in made]
    return page(records, None, len(records))


def down(_query: dict[str, str], _call: int) -> tuple[int, dict[str, str], bytes]:
    return 503, {}, b"maintenance"


@pytest.fixture
def both(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Toy, Api]]:
    add_visits(toy)
    with serve() as api:
        monkeypatch.setenv("GHALA_WEB_URL", api.url)
        monkeypatch.setenv("GHALA_WEB_TOKEN", TOKEN)
        yield toy, api


def published(toy: Toy, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(toy.home / "serving" / "ghala.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_an_outage_of_days_ends_in_one_run_without_a_lost_or_doubled_row(both: tuple[Toy, Api]) -> None:
    toy, api = both
    api.answer = visits
    run_main_job(toy, days=2)
    ages = {row[0]: row[1:] for row in published(toy, MARTS)}
    assert set(ages.values()) == {("2026-03-02", False, "")} and {"fct_days", "fct_sales", "fct_visits"} <= ages.keys()

    api.answer = down
    first_version = (toy.home / "serving" / "ghala.duckdb").resolve()
    toy.sell(2)
    done = toy.ghala("run", "--to", "2026-03-03")
    assert done.returncode == 0, done.stderr
    told = " ".join(done.stdout.split())
    assert "Stale source tables: 1" in told
    assert "web is missing since 2026-03-03: web.visits is stale, complete through 2026-03-02" in told
    assert "HTTP 503, also after 2 more attempts" in told
    assert (toy.home / "serving" / "ghala.duckdb").resolve() != first_version
    ages = {row[0]: row[1:] for row in published(toy, MARTS)}
    assert ages["fct_sales"] == ("2026-03-03", False, "")
    assert ages["fct_visits"] == ages["fct_days"] == ("2026-03-02", True, "web.visits")

    toy.sell(3)
    run_main_job(toy, days=4)
    status = json.loads(toy.ghala("status", "--json").stdout)
    ((table, since, days, as_of),) = [(s["table"], s["since"], s["days"], s["as_of"]) for s in status["stale"]]
    assert (table, since, days, as_of) == ("web.visits", "2026-03-03", 2, "2026-03-02")
    outages = (
        "select logical_date::varchar, count(*), bool_and(is_open) from ops.source_outage group by all order by all"
    )
    assert published(toy, outages) == [("2026-03-03", 2, True), ("2026-03-04", 1, True)]
    with active(toy) as config:
        page_ = (write(config).parent / "visits.html").read_text()
    assert "source down" in page_ and "2 days missing" in page_ and "amina@example.org" in page_

    api.answer = visits
    toy.sell(4)
    report = run_main_job(toy, days=5)
    assert sorted(str(load.logical_date) for load in report.loads if load.source == "web") == [
        "2026-03-03", "2026-03-04", "2026-03-05",
    ]  # fmt: skip
    assert {row[1:] for row in published(toy, MARTS)} == {("2026-03-05", False, "")}
    assert published(toy, outages) == [("2026-03-03", 2, False), ("2026-03-04", 1, False)]
    truth = sorted(f"{START + timedelta(days=day)}-{n}" for day in range(5) for n in range(3))
    assert [row[0] for row in published(toy, "select visit_id from marts.fct_visits order by all")] == truth
    sold = [f"{START + timedelta(days=day):%m%d}-{n}" for day in range(5) for n in range(3 if day == 1 else 2)]
    assert [row[0] for row in published(toy, "select sale_id from marts.fct_sales order by all")] == sold


def test_readers_learn_that_all_is_stale_although_nothing_came(toy: Toy) -> None:
    before = (toy.home / "serving" / "ghala.duckdb").resolve()
    report = run_main_job(toy, days=3)
    assert (report.loads, (toy.home / "serving" / "ghala.duckdb").resolve() == before) == ((), False)
    assert {row[1:] for row in published(toy, MARTS)} == {("2026-03-02", True, "shop.sales")}
    assert run_main_job(toy, days=3).published.how == "kept", "the same outage is no news"


def test_a_gate_still_stops_the_run_and_such_a_run_is_not_on_time(toy: Toy) -> None:
    day = toy.sell(2)
    file = toy.drop / f"{day}.csv"
    good = file.read_text()
    file.write_text(good.replace("amount", "amounts"))
    with pytest.raises(GateError):
        run_main_job(toy, days=3)
    newest = files.newest(toy.home)
    assert newest is not None
    run = newest["run"]
    assert (run["kind"], run["outcome"], run["is_on_time"], run["on_time_share"]) == ("run", "stopped", False, 0.5)
    assert run["message"].startswith("shop.sales is not landed")
    file.write_text(good)
    run_main_job(toy, days=3)
    shares = "select outcome, is_on_time, round(on_time_share, 2) from ops.run order by run_id"
    assert published(toy, shares) == [("passed", True, 1), ("stopped", False, 0.5), ("passed", True, 0.67)]
    shown = quality_line(quality(toy.home))
    assert shown[-1].plain.strip() == "on time 66.66 % (goal 95)"


def outage(table: str, day: int) -> Outage:
    return Outage("erp", table, f"2026-03-{day:02}", "down", "amina", "run", f"2026-03-{day:02}T02:00:00")


def loads(table: str, *days: int) -> list[LoadRecord]:
    made = [object.__new__(LoadRecord) for _ in days]
    for record, day in zip(made, days, strict=True):
        record.__dict__.update(source="erp", table=table, logical_date=date(2026, 3, day))
    return made


def test_a_table_is_complete_up_to_its_first_hole_and_stale_while_it_has_one() -> None:
    records = [*loads("products", 1, 2, 5), *loads("orders", 1, 2, 3, 4, 5)]
    (stale,) = staleness.stale_tables([outage("products", day) for day in (3, 4, 5)], records)
    assert (stale.table, stale.since, stale.days, stale.as_of) == (
        "erp.products", date(2026, 3, 3), 2, date(2026, 3, 2),
    )  # fmt: skip
    newest = staleness.newest_days(record.partition for record in records)
    lineage = {"dim": {"erp.products"}, "fct": {"erp.products", "erp.orders"}, "other": {"erp.orders"}, "dates": set()}
    assert staleness.mart_ages(lineage, newest, [stale]) == [
        MartAge("dim", date(2026, 3, 2), ("erp.products",)),
        MartAge("fct", date(2026, 3, 2), ("erp.products",)),
        MartAge("other", date(2026, 3, 5), ()),
    ]
    assert staleness.mart_ages({"new": {"erp.orders", "erp.never"}}, newest, [])[0].as_of is None
    assert staleness.mark([stale]) != staleness.mark([]) == ""


def test_tables_of_one_source_are_one_sentence() -> None:
    known = [outage("products", 3), outage("suppliers", 4)]
    stale = staleness.stale_tables(known, [*loads("products", 1, 2), *loads("suppliers", 3)])
    assert staleness.in_words(stale) == [
        "erp is missing since 2026-03-03: 2 tables stale, complete through 2026-03-02; down"
    ]


@pytest.mark.parametrize(
    ("run", "before", "is_on_time", "share"),
    [
        ({"kind": "run", "outcome": "passed", "total_seconds": 7200.0}, [], True, 1),
        ({"kind": "run", "outcome": "passed", "total_seconds": 7200.1}, [True], False, 0.5),
        ({"kind": "run", "outcome": "failed", "total_seconds": 1.0}, [True, None], False, 0.333333),
        ({"kind": "build", "outcome": "passed", "total_seconds": 1.0}, [True, False], None, 0.5),
        ({"kind": "run", "outcome": "passed", "total_seconds": 1.0}, [True] * 29 + [False] * 9, True, 1),
        ({"kind": "build", "outcome": "passed", "total_seconds": 1.0}, [], None, None),
    ],
)
def test_a_daily_run_is_on_time_when_it_passes_within_two_hours(
    run: dict[str, Any], before: list[bool | None], is_on_time: bool | None, share: float | None
) -> None:
    assert punctuality.of_run(run, before) == {"is_on_time": is_on_time, "on_time_share": share}
