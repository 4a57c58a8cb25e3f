"""What `ops` keeps of quality: rows that broke a test, deliveries that were stopped, three figures per run."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration import build as building
from orchestration.config import REPOSITORY
from orchestration.contracts import contracts_of
from orchestration.dbt.arguments import BuildRequest
from orchestration.errors import GateError, GhalaError
from orchestration.ingest.model import Contract
from orchestration.ops import failing_rows, figures, star
from orchestration.progress import silent
from tests.python.publish.fixtures import active, run_main_job
from tests.python.publish.toy import Toy

FIGURES = "select passing_share, completeness, schema_conformity from ops.run order by run_id desc limit 1"
DELIVERIES = "select gate, message, owner, is_open, logical_date::varchar from ops.rejected_delivery order by all"


def ask(toy: Toy, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(toy.home / "star.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def build(toy: Toy) -> None:
    with active(toy) as config:
        building.build(config, BuildRequest(), silent)


def kept_rows(toy: Toy, test: str) -> list[tuple[Any, ...]]:
    sql = "select run_id, row_number, reason, tier, owner, row from ops.dq_failing_row"
    return ask(toy, f"{sql} where test_name = '{test}' order by run_id, row_number")


def test_rows_that_broke_a_test_are_kept_in_each_run_with_the_reason(toy: Toy) -> None:
    toy.sell(2, (1, 70, 90))
    run_main_job(toy, days=3)
    build(toy)
    rows = kept_rows(toy, "fct_sales__amounts_are_small")
    assert [row[1:5] for row in rows] == [
        (1, "fct sales: amounts are small", 2, "sales team"),
        (2, "fct sales: amounts are small", 2, "sales team"),
    ] * 2
    assert len({row[0] for row in rows}) == 2
    assert {json.loads(row[5])["value_field"] for row in rows} == {"70.00", "90.00"}


def test_rows_of_a_test_that_stopped_the_run_are_kept(toy: Toy) -> None:
    day = toy.sell(2)
    (toy.drop / f"{day}.csv").write_text("sale_id,sku,amount,business_date\n0301-0,sku0,1,2026-03-03\n")
    with pytest.raises(GhalaError):
        run_main_job(toy, days=3)
    ((_, number, _, tier, _, row),) = kept_rows(toy, "fct_sales__a_sale_is_there_once")
    assert (number, tier) == (1, 1)
    assert json.loads(row) == {"unique_field": "0301-0", "n_records": "2"}


def test_of_many_rows_the_first_are_kept(toy: Toy) -> None:
    toy.sell(2, tuple(range(100, 100 + failing_rows.KEPT + 5)))
    run_main_job(toy, days=3)
    assert len(kept_rows(toy, "fct_sales__amounts_are_small")) == failing_rows.KEPT


def test_what_a_contract_classifies_is_masked(toy: Toy) -> None:
    every = "select * from {{ ref('fct_sales') }} where amount > 1 {{ config(severity='warn') }}"
    (toy.project / "tests" / "sales_are_one.sql").write_text(every)
    contract = toy.project / "contracts" / "shop" / "sales.odcs.yaml"
    plain = "description: Product that was sold.,"
    contract.write_text(contract.read_text().replace(plain, f"{plain} classification: restricted,"))
    build(toy)
    rows = [json.loads(row[5]) for row in kept_rows(toy, "sales_are_one")]
    assert {row["sku"] for row in rows} == {failing_rows.MASK}
    assert {row["amount"] for row in rows} == {"2.00", "3.00"}


def test_a_stopped_delivery_is_noted_and_open_until_its_day_lands(toy: Toy) -> None:
    day = toy.sell(2)
    file = toy.drop / f"{day}.csv"
    good = file.read_text()
    file.write_text(good.replace("amount", "amounts"))
    with pytest.raises(GateError):
        run_main_job(toy, days=3)
    build(toy)
    ((gate, message, owner, is_open, on),) = ask(toy, DELIVERIES)
    assert (gate, owner, is_open, on) == ("schema", "amina@example.org", True, "2026-03-03")
    assert message.startswith("shop.sales is not landed: column 'amount' is missing (renamed to 'amounts'?)")
    assert ask(toy, FIGURES) == [(None, None, 0)]
    file.write_text(good)
    run_main_job(toy, days=3)
    assert [row[3] for row in ask(toy, DELIVERIES)] == [False]


@pytest.mark.parametrize(
    ("text", "gate"),
    [
        ("sale_id,sku,amount,business_date\n1,,1,2026-03-03\n2,,1,2026-03-03\n3,a,1,2026-03-03\n", "breaker"),
        ("", "delivery"),
    ],
)
def test_each_gate_is_named(toy: Toy, text: str, gate: str) -> None:
    day = toy.sell(2)
    file = toy.drop / f"{day}.csv"
    file.write_text(text)
    with pytest.raises(GateError):
        run_main_job(toy, days=3)
    lines = [json.loads(line) for line in (toy.home / "bronze" / "rejected.jsonl").read_text().splitlines()]
    assert [(line["gate"], line["logical_date"]) for line in lines] == [(gate, "2026-03-03")]


def test_a_torn_line_costs_no_other(toy: Toy) -> None:
    torn = toy.home / "bronze" / "rejected.jsonl"
    torn.write_bytes(b'{"source": "shop", "tab')
    day = toy.sell(2)
    (toy.drop / f"{day}.csv").write_text("sale_id\n1\n")
    with pytest.raises(GateError):
        run_main_job(toy, days=3)
    build(toy)
    assert [row[0] for row in ask(toy, DELIVERIES)] == ["schema"]


def test_the_figures_of_a_run_are_of_what_it_brought(toy: Toy) -> None:
    day = toy.sell(2)
    file = toy.drop / f"{day}.csv"
    file.write_text(file.read_text() + "x1,,3,2026-03-03\nx2,a,many,2026-03-03\n")
    run_main_job(toy, days=3)
    passing, complete, conform = ask(toy, FIGURES)[0]
    assert passing == pytest.approx(2 / 4)
    assert complete == pytest.approx(1 - 1 / (4 * 4), abs=1e-6)  # one of four values of four rows is missing
    assert conform == 1
    build(toy)
    assert ask(toy, FIGURES) == [(None, None, None)]


def test_a_change_of_schema_counts_even_after_it_was_accepted(toy: Toy) -> None:
    day = toy.sell(2)
    file = toy.drop / f"{day}.csv"
    good = file.read_text()
    file.write_text(good.replace("amount", "total"))
    with pytest.raises(GateError):
        run_main_job(toy, days=3)
    file.write_text(good)
    run_main_job(toy, days=3)
    assert ask(toy, FIGURES) == [(1, 1, 0.5)]


def test_a_day_that_one_table_lacks_is_incomplete(toy: Toy, tmp_path: Path) -> None:
    (sales,) = contracts_of(toy.project / "contracts")
    contracts = [sales, replace(sales, table="returns")]
    with duckdb.connect(str(tmp_path / "star.duckdb")) as connection:
        star.make_tables(connection)
        for number, (table, day) in enumerate(
            [("returns", 1), ("returns", 2), ("sales", 1), ("sales", 2), ("sales", 3)]
        ):
            _load(connection, number + 1, table, day, rows=10)
        assert figures.of_run(connection, contracts, through=5)["completeness"] == pytest.approx(5 / 6, abs=1e-6)
        _load(connection, 6, "returns", 3, rows=10)
        assert figures.of_run(connection, contracts, through=6)["completeness"] == 1


def _load(connection: duckdb.DuckDBPyConnection, number: int, table: str, day: int, rows: int) -> None:
    connection.execute(
        "insert into ops.source_load by name select ? as load_number, 'shop' as source_name, ? as table_name,"
        " ? as logical_date, ? as row_count, ? as extracted_count, 0 as quarantined_count, 0 as deduplicated_count,"
        " true as is_current",
        [number, table, date(2026, 3, 1) + timedelta(days=day), rows, rows],
    )


def test_long_values_are_cut_and_null_stays_null() -> None:
    row = json.loads(failing_rows.as_text({"a": "x" * 999, "b": None, "c": "secret"}, {"c"}))
    assert row == {"a": "x" * failing_rows.LONGEST, "b": None, "c": failing_rows.MASK}


def test_hashed_and_classified_columns_of_the_project_are_masked() -> None:

    contracts: tuple[Contract, ...] = contracts_of(REPOSITORY / "contracts")
    masked = failing_rows.masked_columns(contracts)
    assert {"msisdn_hmac", "email_hmac", "tax_pin_hmac"} <= masked
    assert not {"order_id", "sku", "quantity"} & masked
