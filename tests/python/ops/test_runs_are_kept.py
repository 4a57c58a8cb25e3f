"""Every run leaves one file and its rows in the schema `ops`; the files outlive the star."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration import build as building
from orchestration.dbt.arguments import BuildRequest
from orchestration.errors import ConfigError, GhalaError
from orchestration.ops import files, shape
from orchestration.progress import silent
from orchestration.publish import publish
from tests.python.publish.fixtures import active, run_main_job
from tests.python.publish.toy import Toy

Rows = list[tuple[Any, ...]]
FLAGGED = "fail_calc='count(*) filter (where reason is not null)'"
WATCHED = """
select 'fct_sales' as table_name, 'total' as series, 'row_count' as metric, 9.0 as expected, 7.0 as low, 11.0 as high, *
from (values
    (date '2026-03-01', 9.0, 0.0, null), (date '2026-03-02', 1.0, -4.0, 'below what this day brings')
) as days (bucket_date, value, z, reason)
-- depends on {{ ref('fct_sales') }}
"""


def ask(file: Path, sql: str) -> Rows:
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def star(toy: Toy, sql: str) -> Rows:
    return ask(toy.home / "star.duckdb", sql)


def everything(toy: Toy) -> dict[str, Rows]:
    """All rows of the tables that are filled from the files."""
    return {table: star(toy, f"select * from ops.{table} order by all") for table in shape.DOCUMENT}


def build(toy: Toy, *select: str) -> None:
    with active(toy) as config:
        building.build(config, BuildRequest(select=select), silent)


def watch(toy: Toy, statement: str = WATCHED) -> None:
    """Give the toy a test of tier 3 that keeps what it tested."""
    config = "severity='warn', store_failures=true, meta={'tier': 3, 'owner': 'sales team'}"
    count = "fail_calc='count(*) filter (where true)'" if statement != WATCHED else FLAGGED
    text = "{{ config(" + f"{config}, {count}" + ") }}\n" + statement
    (toy.project / "tests" / "sales_are_watched.sql").write_text(text)


def test_a_run_is_published_with_what_it_did(toy: Toy) -> None:
    published = toy.home / "serving" / "ghala.duckdb"
    (run,) = ask(
        published, "select kind, outcome, last_load, is_complete, landing_seconds > 0, node_count from ops.run"
    )
    assert run == ("run", "passed", 2, True, True, 12)
    nodes = ask(published, "select node_name, row_count from ops.run_node where row_count is not null order by all")
    assert nodes == [("dim_product", 3), ("dim_product", 3), ("fct_sales", 5)]
    tests = ask(
        published, "select status, tier, owner, failures from ops.dq_result where test_name like '%is_there_once'"
    )
    assert tests == [("pass", 1, "sales team", 0)]
    loads = ask(published, "select load_number, table_name, row_count, is_current from ops.source_load order by all")
    assert loads == [(1, "sales", 2, True), (2, "sales", 3, True)]
    (fresh,) = ask(published, "select source_name, error_hours, status, newest_day::varchar from ops.freshness")
    assert fresh == ("shop", 96, "stale", "2026-03-02")
    total = "select round(landing_seconds + building_seconds, 1) - round(total_seconds, 1) from ops.run"
    assert abs(ask(published, total)[0][0]) < 0.2


def test_a_failed_run_is_recorded_and_not_published(toy: Toy) -> None:
    day = toy.sell(2)
    (toy.drop / f"{day}.csv").write_text("sale_id,sku,amount,business_date\n0301-0,sku0,1,2026-03-03\n")
    with pytest.raises(GhalaError):
        run_main_job(toy, days=3)
    assert [row[0] for row in star(toy, "select outcome from ops.run order by run_id")] == ["passed", "failed"]
    failed = "select test_name, status, failures, message from ops.dq_result where status = 'fail'"
    ((name, status, failures, message),) = star(toy, failed)
    assert (name, status, failures) == ("fct_sales__a_sale_is_there_once", "fail", 1)
    assert "1 result" in message
    assert len(ask(toy.home / "serving" / "ghala.duckdb", "select * from ops.run")) == 1


def test_what_tier_3_expected_is_kept_run_by_run(toy: Toy) -> None:
    watch(toy)
    build(toy)
    build(toy)
    kept = "select run_id, test_id, reason, value, expected, low, high, z, bucket_date::varchar from ops.dq_metric"
    rows = star(toy, f"{kept} where table_name = 'fct_sales' and metric = 'row_count' order by all")
    assert [row[2:] for row in rows] == [
        ("below what this day brings", 1, 9, 7, 11, -4, "2026-03-02"),
        (None, 9, 9, 7, 11, 0, "2026-03-01"),
    ] * 2
    assert len({row[0] for row in rows}) == 2
    assert {row[1] for row in rows} == {"test.toy.sales_are_watched"}
    results = star(toy, "select status, tier, failures from ops.dq_result where test_name = 'sales_are_watched'")
    assert results == [("warn", 3, 1)] * 2


def test_a_tier_3_test_over_other_columns_keeps_nothing(toy: Toy) -> None:
    watch(toy, "select 1 as something")
    build(toy)
    assert star(toy, "select * from ops.dq_metric") == []


def test_a_lost_star_loses_no_run(toy: Toy) -> None:
    watch(toy)
    warned = "select * from {{ ref('fct_sales') }} {{ config(severity='warn') }}"
    (toy.project / "tests" / "there_are_no_sales.sql").write_text(warned)
    build(toy)
    before = everything(toy)
    (toy.home / "star.duckdb").unlink()
    build(toy)
    after = everything(toy)
    newest = max(files.known(toy.home))
    for table, rows in before.items():
        assert rows, table
        assert rows == [row for row in after[table] if row[0] != newest]


def test_a_table_of_another_shape_is_made_anew_from_the_files(toy: Toy) -> None:
    build(toy)
    before = everything(toy)
    with duckdb.connect(str(toy.home / "star.duckdb")) as connection:
        connection.execute("drop table ops.dq_result; create table ops.dq_result as select 'x' as run_id")
    build(toy)
    after = everything(toy)
    newest = max(files.known(toy.home))
    assert {table: [row for row in rows if row[0] != newest] for table, rows in after.items()} == before


def test_runs_without_an_end_are_in_the_history(toy: Toy) -> None:
    with active(toy) as config:
        with pytest.raises(ConfigError, match="matches nothing"):
            building.build(config, BuildRequest(select=("nowhere",)), silent)
        build(toy, "fct_sales")
        record = json.loads(building.record_file(config).read_text())
        killed = record | {"state": "running", "started_at": "2026-03-05T10:00:00.000001+00:00"}
        building.record_file(config).write_text(json.dumps(killed))
        build(toy)
    ends = star(toy, "select outcome, is_complete, finished_at is null from ops.run order by started_at")
    assert sorted(ends) == [
        ("error", False, False),
        ("killed", False, True),
        ("passed", False, False),
        ("passed", True, False),
        ("passed", True, False),
    ]
    message = star(toy, "select message from ops.run where outcome = 'error'")[0][0]
    assert message == "the selection matches nothing: nowhere"


def test_quarantined_rows_are_counted_by_reason_until_their_day_is_landed_again(toy: Toy) -> None:
    day = toy.sell(2)
    file = toy.drop / f"{day}.csv"
    good = file.read_text()
    file.write_text(good + "x1,,3,2026-03-03\n")
    run_main_job(toy, days=3)
    sql = (
        "select load_number, table_name, reason, row_count, is_open, age_days is null from ops.quarantine order by all"
    )
    (row,) = star(toy, sql)
    assert row == (3, "sales", row[2], 1, True, False)
    assert "sku" in row[2]
    file.write_text(good)
    assert toy.ghala("ingest", "--date", str(day)).returncode == 0
    build(toy)
    assert star(toy, sql) == [(*row[:4], False, True)]


def test_ops_is_of_the_version_that_readers_see_and_keeps_no_second_copy(toy: Toy) -> None:
    build(toy)
    with active(toy) as config:
        assert publish(config).how == "kept"
    assert len(files.known(toy.home)) == 2
    assert len(star(toy, "select * from ops.run")) == 2
    assert len(ask(toy.home / "serving" / "ghala.duckdb", "select * from ops.run")) == 1
