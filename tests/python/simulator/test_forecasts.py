"""Forecasts: one Parquet file each Monday, about the future only, and near to what is sold."""

from __future__ import annotations

import duckdb
import polars as pl
import pytest

from .conftest import Retailer
from .received import files, has_exception, notices
from .rules import Rule

RULES = {
    "one forecast per run, product, warehouse, week and model": Rule(
        """SELECT run_date FROM forecasts GROUP BY run_date, sku, warehouse, target_week, model
        HAVING count(*) > 1 OR bool_or(qty < 0) OR bool_or(qty <> round(qty, 2))""",
        "INSERT INTO forecasts FROM forecasts LIMIT 1",
    ),
    "runs are on Mondays, about the four weeks after that week": Rule(
        """SELECT run_date FROM forecasts WHERE dayofweek(run_date) <> 1
        OR file <> strftime(run_date, 'forecast_%Y%m%d') OR target_week - run_date NOT IN (7, 14, 21, 28)
        UNION ALL SELECT run_date FROM forecasts GROUP BY run_date, sku, warehouse, model
        HAVING count(*) <> 4""",
        "UPDATE forecasts SET target_week = run_date WHERE sku = 'GH000001'",
    ),
    "all A-class goods on sale, and no others": Rule(
        """SELECT f.sku FROM (SELECT DISTINCT run_date, sku, warehouse FROM forecasts) f
        LEFT JOIN products p ON p.sku = f.sku AND p.updated_at < (f.run_date + 1)::VARCHAR
        GROUP BY f.run_date, f.sku, f.warehouse
        HAVING arg_max(abc_class, updated_at) IS DISTINCT FROM 'A' OR arg_max(status, updated_at) <> 'active'
        UNION ALL SELECT sku FROM (SELECT day, sku FROM products, (SELECT DISTINCT run_date AS day FROM forecasts)
            WHERE updated_at < day::VARCHAR GROUP BY ALL
            HAVING arg_max(abc_class, updated_at) = 'A' AND arg_max(status, updated_at) = 'active') a
        WHERE NOT EXISTS (SELECT 1 FROM forecasts f WHERE f.sku = a.sku AND f.run_date = a.day)""",
        "UPDATE products SET abc_class = 'C' WHERE sku = (SELECT min(sku) FROM forecasts)",
    ),
    "centres and dark stores only": Rule(
        """SELECT * FROM forecasts LEFT JOIN warehouses ON warehouse_code = warehouse
        WHERE coalesce(warehouse_type, 'none') NOT IN ('dc', 'dark_store')
        UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, * FROM warehouses
        WHERE warehouse_type <> 'store_room' AND warehouse_code NOT IN (SELECT warehouse FROM forecasts)""",
        "UPDATE forecasts SET warehouse = 'WH03' WHERE warehouse = 'WH02'",
    ),
    "seasonal naive for all, ETS for every tenth product": Rule(
        """SELECT sku FROM forecasts GROUP BY run_date, sku, warehouse, target_week
        HAVING count(*) FILTER (model = 'seasonal_naive') <> 1
        OR count(*) FILTER (model = 'ets') <> (CASE WHEN right(sku, 1) = '1' THEN 1 ELSE 0 END)""",
        "DELETE FROM forecasts WHERE model = 'ets' AND sku = (SELECT min(sku) FROM forecasts WHERE model = 'ets')",
    ),
    "a week's forecast of all goods is within 30 % of what was ordered": Rule(
        """SELECT target_week, forecast, ordered FROM (SELECT target_week, sum(qty) AS forecast FROM forecasts
            WHERE model = 'seasonal_naive' AND run_date = '2025-09-22' GROUP BY ALL)
        JOIN (SELECT date_trunc('week', nairobi(placed_at))::DATE AS target_week, sum(l.qty) AS ordered
            FROM orders_lines l WHERE (sku, warehouse_code) IN (SELECT (sku, warehouse) FROM forecasts) GROUP BY ALL)
        USING (target_week)
        WHERE forecast NOT BETWEEN ordered * 0.7 AND ordered * 1.3 AND target_week <= DATE '2025-09-29'""",
        "UPDATE forecasts SET qty = qty * 2",
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_rule_has_no_exception(rule: str, received: duckdb.DuckDBPyConnection) -> None:
    assert has_exception(received, RULES[rule]) == []


@pytest.mark.parametrize("rule", RULES)
def test_rule_notices_a_break(rule: str, received: duckdb.DuckDBPyConnection) -> None:
    assert notices(received, RULES[rule])


def test_one_file_each_monday_with_typed_columns(retailer: Retailer) -> None:
    found = files(retailer, "GHALA_FORECASTS_DIR", "*")
    assert [path.name for path in found if path.is_file()] == [
        "forecast_20250922.parquet", "forecast_20250929.parquet", "forecast_20251006.parquet",
    ]  # fmt: skip
    schema = pl.read_parquet_schema(next(path for path in found if path.is_file()))
    assert dict(schema) == {
        "run_date": pl.Date, "sku": pl.String, "warehouse": pl.String, "target_week": pl.Date, "model": pl.String,
        "qty": pl.Float64,
    }  # fmt: skip
