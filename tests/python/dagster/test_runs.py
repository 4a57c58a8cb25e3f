"""Runs as Dagster keeps them: partitions, checks, lineage, and runs whose process was killed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg
import pytest

from orchestration.contracts import contracts_of
from orchestration.dagster_instance import open_instance
from orchestration.defs.assemble import assemble
from orchestration.defs.sources.checks import results
from orchestration.defs.sources.resources import Console
from orchestration.errors import GateError, GhalaError
from orchestration.ingest import manifest
from orchestration.publish import publish
from orchestration.run import RunReport, run_tags
from orchestration.summary import sources
from tests.python.publish.fixtures import active, run_main_job
from tests.python.publish.toy import START, Toy

SALES = dg.AssetKey(["shop", "sales"])
FACT = dg.AssetKey(["marts", "fct_sales"])


def check(instance: dg.DagsterInstance, asset: dg.AssetKey, name: str) -> Any:
    """What the newest evaluation of a check said."""
    key = dg.AssetCheckKey(asset, name)
    record = instance.event_log_storage.get_latest_asset_check_execution_by_key([key])[key]
    assert record.event is not None
    event: Any = record.event.dagster_event
    return event.event_specific_data


def latest(instance: dg.DagsterInstance, key: dg.AssetKey) -> dg.AssetMaterialization:
    event = instance.get_latest_materialization_event(key)
    assert event is not None
    materialization = event.asset_materialization
    assert materialization is not None
    return materialization


def test_a_run_of_the_terminal_is_a_run_that_dagster_shows(original: tuple[Toy, RunReport]) -> None:
    toy, report = original
    assert [record.rows for record in report.loads] == [2, 3]
    assert report.published.how in ("clone", "copy")
    with active(toy) as config, open_instance(config) as instance:
        (run,) = instance.get_runs()
        assert run.status == dg.DagsterRunStatus.SUCCESS
        assert run.job_name == "bootstrap"
        assert instance.get_materialized_partitions(SALES) == {"2026-03-01", "2026-03-02"}
        day = latest(instance, SALES).metadata
        assert day["dagster/partition_row_count"].value == 3
        assert {"bytes", "quarantined", "seconds"} <= day.keys()


def test_a_mart_says_its_rows_columns_and_where_they_come_from(original: tuple[Toy, RunReport]) -> None:
    with active(original[0]) as config, open_instance(config) as instance:
        metadata = latest(instance, FACT).metadata
        assert metadata["dagster/row_count"].value == 5
        schema: Any = metadata["dagster/column_schema"].value
        assert [column.name for column in schema.columns] == ["sale_id", "sku", "amount", "business_date"]
        lineage: Any = metadata["dagster/column_lineage"].value
        assert lineage.deps_by_column["amount"] == [
            dg.TableColumnDep(dg.AssetKey(["staging", "stg_shop__sales"]), "amount")
        ]
        staging: Any = latest(instance, dg.AssetKey(["staging", "stg_shop__sales"])).metadata["dagster/column_lineage"]
        assert staging.value.deps_by_column["sale_id"] == [dg.TableColumnDep(SALES, "sale_id")]
        assert "version" in latest(instance, dg.AssetKey(["serving", "ghala"])).metadata


def test_what_an_output_says_is_stored_once(original: tuple[Toy, RunReport]) -> None:
    """With its materialization or check; each output would repeat it, columns and lineage included."""
    with active(original[0]) as config, open_instance(config) as instance:
        (run,) = instance.get_runs()
        outputs = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_OUTPUT)
        said: list[Any] = [entry.dagster_event.event_specific_data for entry in outputs if entry.dagster_event]
        assert {output.output_name for output in said} >= {"marts__fct_sales", "shop__sales"}
        assert [output.metadata for output in said] == [{}] * len(said)
        assert "seconds" in latest(instance, FACT).metadata


def test_a_check_names_the_materialization_that_it_looked_at(original: tuple[Toy, RunReport]) -> None:
    with active(original[0]) as config, open_instance(config) as instance:
        key = dg.AssetCheckKey(FACT, "fct_sales__a_sale_is_there_once")
        newest = instance.fetch_materializations(FACT, limit=1).records[0]
        target = check(instance, FACT, key.name).target_materialization_data
        assert (target.storage_id, target.run_id) == (newest.storage_id, newest.run_id)


def test_each_check_is_planned_and_evaluated_once_in_a_run_over_a_range(toy: Toy) -> None:
    """Dagster can plan a check once per day of the range; those plans would stay open in the browser for ever."""
    with active(toy) as config, open_instance(config) as instance:
        job = assemble(config, console=Console(interactive=True)).resolve_job_def("bootstrap")
        quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
        tags = run_tags([START, START.replace(day=2)])
        result = job.execute_in_process(quiet, instance=instance, tags=tags, raise_on_error=False)
        assert result.success
        storage: Any = instance.event_log_storage
        with storage.index_connection() as connection:
            rows = connection.exec_driver_sql(
                f"select execution_status, partition from asset_check_executions where run_id = '{result.run_id}'"
            ).fetchall()
    assert len(rows) == 11
    assert sorted(tuple(row) for row in rows) == [("FAILED", None), *[("SUCCEEDED", None)] * 10]  # days of long ago


def test_a_day_that_is_landed_is_not_fetched_again(toy: Toy) -> None:
    day = toy.sell(2)
    for file in toy.drop.iterdir():
        if file.stem != day.isoformat():
            file.unlink()
    report = run_main_job(toy, days=3)
    assert [record.logical_date for record in report.loads] == [day]
    assert report.published.how in ("clone", "copy")
    again = run_main_job(toy, days=3)
    assert (again.loads, again.published.how) == ((), "kept")


def test_a_late_file_does_not_stop_the_run_and_its_day_stays_missing(toy: Toy) -> None:
    toy.sell(3)
    report = run_main_job(toy, days=4)
    assert [record.logical_date for record in report.loads] == [START.replace(day=4)]
    with active(toy) as config, open_instance(config) as instance:
        assert instance.get_runs(limit=1)[0].status == dg.DagsterRunStatus.SUCCESS
        assert instance.get_materialized_partitions(SALES) == {"2026-03-01", "2026-03-02", "2026-03-04"}
        assert check(instance, SALES, "contract").passed
        fresh = check(instance, SALES, "freshness")
        assert (fresh.passed, fresh.severity) == (False, dg.AssetCheckSeverity.WARN)
        facts = {name: fresh.metadata[name].value for name in ("missing_since", "missing_days", "complete_through")}
        assert facts == {"missing_since": "2026-03-03", "missing_days": 1, "complete_through": "2026-03-02"}
        assert "no file for 2026-03-03" in fresh.metadata["message"].value
        mart = latest(instance, FACT).metadata
        said = tuple(mart[name].value for name in ("data_as_of", "is_stale", "stale_sources"))
        assert said == ("2026-03-02", True, "shop.sales")
        assert [source.gaps for source in sources(config, ())] == [1]


def test_a_changed_source_fails_its_contract_check_with_what_to_do(toy: Toy) -> None:
    day = toy.sell(2)
    file = toy.drop / f"{day}.csv"
    good = file.read_text()
    file.write_text(good.replace("amount", "amounts"))
    with pytest.raises(GhalaError, match="is missing"):
        run_main_job(toy, days=3)
    with active(toy) as config, open_instance(config) as instance:
        found = check(instance, SALES, "contract")
        assert (found.passed, found.severity, found.blocking) == (False, dg.AssetCheckSeverity.ERROR, True)
        assert found.metadata["gate"].value == "schema"
        assert "ghala contract accept shop.sales" in found.metadata["next"].value
        fresh = check(instance, SALES, "freshness")
        assert (fresh.passed, fresh.metadata["newest_day"].value) == (False, "2026-03-02")
    file.write_text(good + "x1,,3,2026-03-03\n")
    run_main_job(toy, days=3)
    with active(toy) as config, open_instance(config) as instance:
        assert check(instance, SALES, "contract").passed
        rows = check(instance, SALES, "rows_pass")
        assert (rows.passed, rows.severity, rows.metadata["quarantined"].value) == (
            False,
            dg.AssetCheckSeverity.WARN,
            1,
        )


def test_what_landed_before_a_stop_is_materialized(toy: Toy) -> None:
    good, bad = toy.sell(2), toy.sell(3)
    file = toy.drop / f"{bad}.csv"
    file.write_text(file.read_text().replace("amount", "amounts"))
    with pytest.raises(GhalaError, match="is missing"):
        run_main_job(toy, days=4)
    with active(toy) as config, open_instance(config) as instance:
        partitions = instance.get_materialized_partitions(SALES)
        assert (good.isoformat() in partitions, bad.isoformat() in partitions) == (True, False)


def test_a_table_that_was_not_reached_has_passed_nothing(toy: Toy) -> None:
    with active(toy) as config:
        (contract,) = contracts_of(config.contracts)
        newest = manifest.current(manifest.read(config.home))
        landed, missing = START, START.replace(day=20)
        stop = GateError("shop.others is not landed: column sku is missing", "others.csv", "ask", "schema")
        names = {
            day: [found.check_name for found in results(contract, [day], newest, stop)] for day in (landed, missing)
        }
        assert names == {landed: ["contract", "rows_pass", "freshness"], missing: ["freshness"]}


def test_freshness_goes_by_what_the_contract_promises(toy: Toy) -> None:
    with active(toy) as config:
        (contract,) = contracts_of(config.contracts)
        newest = manifest.current(manifest.read(config.home))
        last = datetime(2026, 3, 3, tzinfo=UTC)  # the newest day is over
        for hours, state in ((95, "fresh"), (97, "stale")):
            found = list(results(contract, [], newest, None, last + timedelta(hours=hours)))[-1]
            assert (found.passed, found.metadata["state"].value) == (state == "fresh", state)


def test_a_warning_is_a_failed_check_that_blocks_nothing(toy: Toy) -> None:
    toy.sell(2, (1, 99))
    assert run_main_job(toy, days=3).published.how in ("clone", "copy")
    with active(toy) as config, open_instance(config) as instance:
        evaluation = check(instance, FACT, "fct_sales__amounts_are_small")
        assert (evaluation.passed, evaluation.severity) == (False, dg.AssetCheckSeverity.WARN)
        assert evaluation.metadata["failed_rows"].value == 1


def test_one_asset_is_built_alone_and_then_nothing_can_be_published(toy: Toy) -> None:
    with active(toy) as config, open_instance(config) as instance:
        job = assemble(config, console=Console(interactive=True)).resolve_job_def("daily")
        quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
        result = job.execute_in_process(quiet, instance=instance, asset_selection=[FACT], raise_on_error=False)
        assert result.success
        assert [event.asset_key for event in result.get_asset_materialization_events()] == [FACT]
        assert {check.asset_key for check in result.get_asset_check_evaluations()} == {FACT}
        with pytest.raises(GhalaError, match="of a selection only"):
            publish(config)
