"""Each data test is seen to fail: a tidy world passes all of them, one wrong value trips the one that names it."""

import shutil
from pathlib import Path

import duckdb
import pytest

from tests.python.transform.bronze_world import BronzeWorld
from tests.python.transform.dbt_in_process import build, dbt
from tests.python.transform.tidy_world import tidy_world

MARTS = "star.marts"
DAILY = f"{MARTS}.fct_inventory_daily"
LOADS = "warehouse.intermediate.int_loads__history"
BREAKS = {
    "inventory__opening_plus_movements_is_closing": f"update {MARTS}.fct_inventory_balances set opening_qty = 1",
    "inventory__dense_days_repeat_the_balances": f"delete from {DAILY} where business_date = '2026-01-02'",
    "stock_counts__each_variance_has_its_adjustment": f"update {MARTS}.fct_stock_counts set variance_qty = -3",
    "receipts__ledger_receipts_equal_accepted_quantity": f"update {MARTS}.fct_receipts set accepted_qty = 6",
    "shipments__ledger_shipments_equal_shipped_quantity": f"update {MARTS}.fct_shipments set shipped_qty = 2",
    "orders__header_total_equals_lines": f"update {MARTS}.fct_order_lines set gross_amount = gross_amount + 1",
    "loads__rows_are_conserved": f"update {LOADS} set row_count = 9 where load_number = 1",
    "order_lines__money_is_conserved": f"update {MARTS}.fct_order_lines set net_amount_ex_vat = 0.01",
    "facts__late_arriving_members_are_few": f"update {MARTS}.fct_order_lines set product_key = -3",
    "facts__members_were_valid_at_the_event": f"""update {MARTS}.fct_order_lines set product_key = (
        select product_key from {MARTS}.dim_product where sku = 'P1' and not is_current)""",
    "dates__known_days_are_right": f"update {MARTS}.dim_date set fiscal_year = 2026 where date_key = 20260701",
    "half_open_history_dim_product_v1_sku": f"""update {MARTS}.dim_product
        set valid_to = valid_to - interval 1 second where sku = 'P1' and not is_current""",
    "unique_combination_fct_order_lines_v1_order_id__line_no": f"""insert into {MARTS}.fct_order_lines
        select * from {MARTS}.fct_order_lines""",
    "relationships_fct_receipts_v1_supplier_key__supplier_key__ref_dim_supplier_": f"""update {MARTS}.fct_receipts
        set supplier_key = 12345""",
}


@pytest.fixture(scope="module")
def tidy(home_path: Path) -> Path:
    shutil.rmtree(home_path, ignore_errors=True)
    tidy_world(BronzeWorld(home_path))
    build(home_path)
    return home_path


def test_a_tidy_world_passes_every_gate(tidy: Path) -> None:
    result = dbt(tidy, "test", "--exclude", "test_type:unit")
    failed = [f"{r.node.name}: {r.status}" for r in result.result if r.status != "pass"]
    assert not failed
    assert len(result.result) > 50


@pytest.mark.parametrize("name", BREAKS)
def test_a_wrong_value_trips_the_gate_that_names_it(tidy: Path, name: str) -> None:
    files = [tidy / "star.duckdb", tidy / "warehouse.duckdb"]
    kept = [shutil.copy(path, f"{path}.kept") for path in files]
    try:
        with duckdb.connect() as connection:
            for path in files:
                connection.execute(f"attach '{path}' as {path.stem}")
            connection.execute(BREAKS[name])
        result = dbt(tidy, "test", "--select", name)
        assert [r.node.name for r in result.result] == [name]
        assert [r.status for r in result.result] in (["fail"], ["warn"])
    finally:
        for path, copy in zip(files, kept, strict=True):
            Path(copy).replace(path)


def test_unit_tests_of_the_models_pass(tidy: Path) -> None:
    result = dbt(tidy, "test", "--select", "test_type:unit")
    assert result.success, [r.message for r in result.result if r.status != "pass"]
    assert len(result.result) >= 9
