"""The anomaly tests as dbt runs them: by name, on a model of rows and on a relation of watched series."""

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.python.transform.dbt_in_process import REPOSITORY, dbt

PROJECT = """
name: watched
version: 1.0.0
config-version: 2
profile: ghala
flags: {send_anonymous_usage_stats: false, require_generic_test_arguments_property: true}
data_tests: {+severity: warn}
"""
# 59 days with 40 orders each, then one with 200; and three series of which one stops
ORDERS = """
select date '2025-01-06' + day::integer as placed_on, if(day % 2 = 0, 'a', 'b') as shop
from range(60) as days (day), range(200) as orders (number)
where number < if(day = 59, 200, 40)
"""
SERIES = """
select date '2025-01-06' + day::integer as bucket_date, warehouse, 'count' as kind,
    if(warehouse = 'W2' and day = 69, 0, 100 + day % 3)::double as metric_value
from range(70) as days (day), (values ('W1'), ('W2'), ('W3')) as warehouses (warehouse)
"""
YAML = """
models:
  - name: orders
    data_tests:
      - anomaly_seasonal: {name: seasonal_rows, arguments: {day: placed_on}}
      - anomaly_zscore: {name: zscore_rows, arguments: {day: placed_on}}
      - anomaly_iqr: {name: iqr_rows, arguments: {day: placed_on}}
      - anomaly_volatility: {name: volatility_rows, arguments: {day: placed_on}}
  - name: series
    data_tests:
      - anomaly_seasonal:
          name: seasonal_series
          arguments:
            {series: [warehouse], measure: any_value(metric_value), kind: kind, peers: [kind], calendar: ref('days'),
             holiday: holiday_name}
      - anomaly_seasonal:
          name: seasonal_kept
          arguments: {series: [warehouse], measure: any_value(metric_value), keep: tested, tested_days: 1}
          config: {store_failures: true}
      - anomaly_seasonal:
          name: seasonal_before
          arguments: {series: [warehouse], measure: any_value(metric_value), threshold: 1000000}
"""


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("watched")
    shutil.copytree(REPOSITORY / "macros", folder / "macros")
    (folder / "tests" / "generic").mkdir(parents=True)
    for file in (REPOSITORY / "tests" / "generic").glob("anomaly_*.sql"):
        shutil.copy(file, folder / "tests" / "generic")
    (folder / "models").mkdir()
    (folder / "dbt_project.yml").write_text(PROJECT)
    (folder / "models" / "orders.sql").write_text(ORDERS)
    (folder / "models" / "series.sql").write_text(SERIES)
    days = "select unnest(range(date '2025-01-01', date '2025-06-01', interval 1 day))::date as calendar_date"
    (folder / "models" / "days.sql").write_text(f"select *, null::varchar as holiday_name from ({days})")
    (folder / "models" / "models.yml").write_text(YAML)
    home = folder / "home"
    home.mkdir()
    found = dbt(home, "build", folder=folder)
    assert found.result, found.exception
    return home, {result.node.name: result for result in found.result}


@pytest.mark.parametrize("name", ["seasonal_rows", "zscore_rows", "iqr_rows", "volatility_rows", "seasonal_series"])
def test_one_statement_warns_of_the_one_bucket(results: tuple[Path, dict[str, Any]], name: str) -> None:
    result = results[1][name]
    assert (str(result.status), result.failures) == ("warn", 1), result.message


def test_all_tested_buckets_are_kept_and_only_the_flagged_ones_counted(results: tuple[Path, dict[str, Any]]) -> None:
    home, found = results
    kept = found["seasonal_kept"]
    assert kept.failures == 1
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        rows = connection.execute(
            f"select warehouse, value, expected, low, high, z, reason from {kept.node.relation_name} order by warehouse"
        ).fetchall()
    assert [row[0] for row in rows] == ["W1", "W2", "W3"]
    assert [row[6] is not None for row in rows] == [False, True, False]
    assert rows[1][1] == 0
    assert None not in rows[1]


def test_the_arguments_reach_the_statement(results: tuple[Path, dict[str, Any]]) -> None:
    compiled = results[1]["seasonal_before"].node.compiled_code
    assert "1000000 *" in compiled
