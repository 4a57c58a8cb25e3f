"""The pages say who owns what, what is promised and how it stands; they leave the star as it is."""

import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest

from orchestration.contracts import contracts_of
from orchestration.dbt import manifest
from orchestration.errors import GateError
from orchestration.governance.collect import overview
from orchestration.governance.model import Domain, Overview
from orchestration.governance.page import render
from orchestration.governance.write import write
from orchestration.ops import files, star
from orchestration.publish import publish
from tests.python.publish.fixtures import active, build_and_publish, run_main_job
from tests.python.publish.toy import Toy

LATER = datetime(2026, 3, 4, tzinfo=UTC)  # the newest day of the toy, 2 March, has been over for 24 hours
FLAGS = """
select 'fct_sales' as table_name, 'total' as series, 'row_count' as metric, 1.0 as value, 9.0 as expected, 7.0 as low,
11.0 as high, null::double as z, 'below <what> this day brings' as reason, date '2026-03-02' as bucket_date
-- depends on {{ ref('fct_sales') }}
{{ config(severity='warn', store_failures=true, meta={'tier': 3, 'owner': 'sales team'}) }}
"""


def found(toy: Toy, now: datetime = LATER) -> Overview:
    with active(toy) as config, star.in_memory(config.star) as connection:
        star.fill_loads(connection, config.home)
        star.fill_runs(connection, files.known(config.home))
        return overview(connection, contracts_of(config.contracts), manifest.load(config), now)


def domain(toy: Toy, name: str, now: datetime = LATER) -> Domain:
    return next(one for one in found(toy, now).domains if one.name == name)


def text_of(page: str) -> str:
    """What a reader sees of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.split("<body>")[1])).split())


def test_a_table_has_its_owner_promise_and_state(toy: Toy) -> None:
    (table,) = domain(toy, "sales").tables
    assert (table.key, table.owner, table.channel) == ("shop.sales", "amina@example.org (sales)", "#sales")
    assert (table.promise, str(table.newest_day), table.age_hours, table.state, table.row_count) == (
        "stale after 96 h",
        "2026-03-02",
        24,
        "fresh",
        5,
    )
    assert domain(toy, "sales").incidents == ()


def test_data_that_are_too_old_are_an_incident(toy: Toy) -> None:
    (incident,) = domain(toy, "sales", datetime(2026, 3, 8, tzinfo=UTC)).incidents
    assert (incident.kind, incident.name, incident.since) == ("stale", "shop.sales", "2026-03-02")
    assert incident.what == "5 days old, promised: stale after 96 h"


def test_tests_are_counted_by_tier_and_a_warning_is_open_since_its_first_run(toy: Toy) -> None:
    toy.sell(2, (1, 99))
    run_main_job(toy, days=3)
    first = found(toy).runs[0]["started_at"]
    build_and_publish(toy)
    area = domain(toy, "sales_team")
    assert [(gate.tier, gate.passed, gate.warned, gate.failed) for gate in area.gates] == [(1, 1, 0, 0), (2, 0, 1, 0)]
    assert [round(gate.passing_share, 3) for gate in area.gates] == [1, round(1 / 3, 3)]
    (incident,) = area.incidents
    assert (incident.kind, incident.name, incident.owner) == (
        "test of tier 2",
        "fct_sales__amounts_are_small",
        "sales team",
    )
    assert incident.what == "fct sales: amounts are small; 1 row"
    assert incident.since == f"{first:%Y-%m-%d}"


def test_a_test_that_passes_again_is_no_incident(toy: Toy) -> None:
    day = toy.sell(2, (1, 99))
    run_main_job(toy, days=3)
    assert domain(toy, "sales_team").incidents
    toy.sell(2, (1, 2))
    assert toy.ghala("ingest", "--date", str(day)).returncode == 0
    build_and_publish(toy)
    assert domain(toy, "sales_team").incidents == ()


def test_a_stopped_delivery_and_rows_in_quarantine_are_shown(toy: Toy) -> None:
    toy.sell(2)
    (toy.drop / "2026-03-02.csv").write_text((toy.drop / "2026-03-02.csv").read_text() + "x1,,3,2026-03-02\n")
    assert toy.ghala("ingest", "--date", "2026-03-02").returncode == 0
    (toy.drop / "2026-03-03.csv").write_text("sale_id,sku,amounts,business_date\na,b,1,2026-03-03\n")
    with pytest.raises(GateError):
        run_main_job(toy, days=3)
    area = domain(toy, "sales")
    assert [(one.kind, one.name, one.since) for one in area.incidents] == [
        ("delivery stopped: schema", "shop.sales", "2026-03-03")
    ]
    assert [(one.table, one.reason, one.rows, one.days, one.age_days) for one in area.held] == [
        ("shop.sales", "sku_required", 1, 1, 0)
    ]


def test_an_unusual_day_is_an_incident_of_its_domain_and_its_text_is_no_html(toy: Toy) -> None:
    (toy.project / "tests" / "sales_are_watched.sql").write_text(FLAGS)
    build_and_publish(toy)
    now = found(toy)
    (incident,) = [one for area in now.domains for one in area.incidents if one.kind == "unusual day"]
    assert (incident.name, incident.since) == ("fct_sales", "2026-03-02")
    pages = render(now, ())
    assert "row_count of 1 series: below &lt;what&gt; this day brings" in pages[Path("index.html")]


def test_the_overview_has_the_figures_of_each_run_against_their_goals(toy: Toy) -> None:
    toy.sell(2)
    file = toy.drop / "2026-03-03.csv"
    file.write_text(file.read_text() + "x1,,3,2026-03-03\n")
    run_main_job(toy, days=3)
    with active(toy) as config:
        page = render(found(toy), contracts_of(config.contracts))[Path("index.html")]
    goals = "Goals: rows that pass 99 %, completeness 95 %, schema conformity 100 %, daily runs on time 95 %."
    assert goals in text_of(page)
    assert re.search(r"run passed 66\.7 % 91\.7 % 100\.0 %", text_of(page))
    assert '<span class="bad">66.7 %</span>' in page


def test_the_files_stand_alone_and_every_link_leads_somewhere(toy: Toy) -> None:
    with active(toy) as config:
        index = write(config)
    pages = {file: file.read_text() for file in index.parent.rglob("*.html")}
    assert {file.name for file in pages} >= {"index.html", "sales.html", "shop.sales.html"}
    for file, page in pages.items():
        links = re.findall(r'(?:href|src)="([^"]+)"', page)
        assert all((file.parent / link).is_file() for link in links), file
        assert "http" not in page.replace("http-equiv", ""), file
    again = toy.ghala("governance")
    assert again.returncode == 0
    assert "governance/index.html" in again.stdout.replace("\n", "")


def test_the_pages_are_made_after_a_run_and_after_one_that_was_stopped(toy: Toy) -> None:
    toy.sell(2)
    assert toy.ghala("run", "--to", "2026-03-03").returncode == 0
    index = toy.home / "governance" / "index.html"
    assert "delivery stopped" not in index.read_text()
    (toy.drop / "2026-03-04.csv").write_text("")
    assert toy.ghala("run", "--to", "2026-03-04").returncode == 1
    assert "delivery stopped: delivery" in index.read_text()


def test_writing_the_pages_between_build_and_publication_changes_nothing(toy: Toy) -> None:
    toy.sell(2)
    assert toy.ghala("ingest", "--date", "2026-03-03").returncode == 0
    assert toy.ghala("build").returncode == 0
    with active(toy) as config:
        write(config)
        assert publish(config).how in ("clone", "copy")


def test_a_home_without_any_run_has_pages(tmp_path: Path, toy: Toy) -> None:
    fresh = Toy(toy.project, tmp_path / "new", toy.drop)
    with active(fresh) as config:
        page = write(config).read_text()
    assert "sales" in text_of(page)
    assert '<span class="bad">never</span>' in (tmp_path / "new" / "governance" / "sales.html").read_text()
