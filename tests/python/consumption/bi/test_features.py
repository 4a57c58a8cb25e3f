"""The features know nothing of what came after their cut-off, and the notebook opens them."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration import publish_files, serving
from orchestration.config import REPOSITORY
from orchestration.quoting import literal

MODELS = ("intermediate/planning/int_demand__lags", "intermediate/planning/int_promotion_items__planned")
FEATURES = "marts/planning/feat_demand_weekly"
OF_LATER = "target_qty, _load"  # what is to be forecast, and when the table was built
CLOSE = "timestamp '{cutoff}' + interval 21 hour"  # midnight in Nairobi
AFTER = (
    # sold after the cut-off: other quantities; sold before it and cancelled after
    "update int_order_lines__versions set qty = qty * 7 where placed_at >= {close}",
    "update int_order_lines__versions set cancelled_qty = qty, order_status = 'cancelled' where updated_at >= {close}",
    "delete from fct_inventory_balances where valid_from > date '{cutoff}' and hash(sku) % 2 = 0",
    "update fct_inventory_balances set closing_qty = -1 where valid_from > date '{cutoff}'",
    "update fct_prices set list_price = 1, promo_price = 1 where valid_from >= {close}",
    # promotions that are announced after the cut-off, for the week after it, as new ones and as a change of old ones
    "insert into int_promotion_items__versions by name select * replace ("
    " {close} as valid_from, {close} + interval 7 day as valid_to, {close} as updated_at) from"
    " int_promotion_items__versions",
    "insert into dim_product by name select * replace (product_key + 1 as product_key, 'other' as category,"
    " {close} as valid_from) from dim_product where is_current and product_key > 0",
    "update dim_product set valid_to = {close} where is_current and category <> 'other' and product_key > 0"
    " and valid_from < {close}",
    "update int_demand__weekly set demand_qty = 0 where week_start > date '{cutoff}'",
)


@pytest.fixture
def warehouse(published: Path, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Copies of both databases of a build, attached under the names that compiled models use."""
    with duckdb.connect() as connection:
        for name in ("warehouse", "star"):
            shutil.copyfile(published / f"{name}.duckdb", tmp_path / f"{name}.duckdb")
            connection.execute(f"attach {literal(tmp_path / f'{name}.duckdb')} as {name}")
        connection.execute("set search_path = 'warehouse.intermediate,star.marts'")
        yield connection


def compute(connection: duckdb.DuckDBPyConnection, published: Path, name: str) -> None:
    """Build the models anew from the attached databases as dbt compiled them; features become the table `name`."""
    compiled = published / "target" / "compiled" / "ghala" / "models"
    for model in MODELS:
        sql = (compiled / f"{model}.sql").read_text()
        connection.execute(f"create or replace table warehouse.{model.split('/')[0]}.{Path(model).name} as {sql}")
    sql = (compiled / f"{FEATURES}.sql").read_text()
    connection.execute(f"create temp table {name} as {sql}")


def test_whatever_happens_after_a_cutoff_leaves_its_features(
    warehouse: duckdb.DuckDBPyConnection, published: Path
) -> None:
    compute(warehouse, published, "before")
    (cutoff,) = warehouse.sql("select max(cutoff_date) - 7 from before").fetchone() or ()
    close = CLOSE.format(cutoff=cutoff)
    for statement in AFTER:
        (changed,) = warehouse.execute(statement.format(cutoff=cutoff, close=close)).fetchone() or (0,)
        assert changed, statement
    compute(warehouse, published, "after")
    same = f"select * exclude ({OF_LATER}) from {{}} where cutoff_date {{}} date '{cutoff}'"
    early, late = (
        warehouse.sql(f"({same.format('before', side)}) except ({same.format('after', side)})").fetchall()
        for side in ("<=", ">")
    )
    assert early == []
    assert late  # the changes are such that later cut-offs show them
    (rows,) = warehouse.sql(f"select count(*) from before where cutoff_date <= date '{cutoff}'").fetchone() or ()
    (kept,) = warehouse.sql(f"select count(*) from after where cutoff_date <= date '{cutoff}'").fetchone() or ()
    assert rows == kept > 200


def test_a_build_with_one_more_day_gives_the_same_features(published: Path) -> None:
    newest, older = publish_files.versions(published / "serving")[:2]
    with duckdb.connect() as both:
        for name, version in (("old", older), ("new", newest)):
            both.execute(
                f"attach {literal(publish_files.data_file(published / 'serving', version))} as {name} (read_only)"
            )
        rows = f"select * exclude ({OF_LATER}) from {{}}.marts.feat_demand_weekly"
        assert both.sql(f"({rows.format('old')}) except ({rows.format('new')})").fetchall() == []
        assert both.sql("select count(*) > 200 from old.marts.feat_demand_weekly").fetchone() == (True,)


def test_the_target_is_what_the_forecasts_are_judged_by(published: Path) -> None:
    with serving.connect(published / "serving") as marts:
        differ = marts.sql("""
            select count(*), count(*) filter (where f.target_qty is distinct from w.actual_qty)
            from marts.feat_demand_weekly as f
            inner join (
                select distinct sku, warehouse_code, target_week, actual_qty from marts.fct_demand_forecasts
            ) as w using (sku, warehouse_code, target_week)
        """).fetchone()
    assert differ
    assert differ[0] > 100
    assert differ[1] == 0


def test_the_notebook_runs_and_scores_as_sql_does(published: Path) -> None:
    file = str(published / "serving" / publish_files.LINK)
    command = [sys.executable, str(REPOSITORY / "docs" / "notebooks" / "demand_baseline.py"), file]
    done = subprocess.run(command, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    scores = [line.rsplit(maxsplit=1) for line in done.stdout.splitlines() if line.startswith("WAPE")]
    with serving.connect(published / "serving") as marts:
        naive = marts.sql("""
            select round(sum(abs(target_qty - ordered_qty_lag_0)) / sum(target_qty), 3)
            from marts.feat_demand_weekly where target_qty is not null group by cutoff_date order by cutoff_date desc
        """).fetchone()
    assert len(scores) == 3
    assert naive
    assert float(scores[0][1]) == pytest.approx(naive[0], abs=0.001)
    assert all(0 < float(score) < 2 for _, score in scores), scores
