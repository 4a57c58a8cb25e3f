"""A person erased and keys rotated in bronze: what a build makes of it is what a build from nothing makes."""

from pathlib import Path

import duckdb
import pytest

from orchestration.config import REPOSITORY
from orchestration.contracts import contracts_of
from orchestration.ingest import erase
from orchestration.ingest.rotate import rotate
from tests.python.transform.bronze_world import BronzeWorld
from tests.python.transform.dbt_in_process import build
from tests.python.transform.marts import differing, read_marts
from tests.python.transform.tidy_rows import DAYS, at, changed
from tests.python.transform.tidy_world import tidy_world

PAID_BY = """
    select payments.provider_txn_id, customers.customer_id, payments.amount
    from marts.fct_payments as payments
    left join marts.dim_customer as customers on payments.msisdn_hmac = customers.msisdn_hmac and customers.is_current
    order by all
"""
MONEY = """
    select
        (select sum(amount) from marts.fct_payments), (select count(*) from marts.fct_payments),
        (select sum(net_amount_ex_vat) from marts.fct_order_lines), (select sum(refund_amount) from marts.fct_returns),
        (select count(*) from marts.fct_web_events)
"""


def ask(home: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home / "star.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_an_incremental_build_after_rotation_and_erasure_equals_a_full_one(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GHALA_HMAC_KEY", "first")
    world = BronzeWorld(home)
    tidy_world(world)
    people = [{"customer_id": "C1", "msisdn_hmac": "h"}, {"customer_id": "C2", "msisdn_hmac": "i", "email_hmac": "h2"}]
    world.land("commerce", "customers", DAYS[1], [one | {"segment": "home"} | changed(at(2)) for one in people])
    build(home)
    money = ask(home, MONEY)
    assert {row[1] for row in ask(home, PAID_BY)} == {"C1"}

    contracts = contracts_of(REPOSITORY / "contracts")
    rotate(home, contracts, (b"first", b"second"), "rotate")
    monkeypatch.setenv("GHALA_HMAC_KEY", "first,second")
    person = erase.find(home, contracts, "customer", "c1")
    assert erase.rewrite(home, contracts, person, "erase") > 5
    build(home)
    assert ask(home, MONEY) == money
    assert {row[1] for row in ask(home, PAID_BY)} == {None}
    assert ask(home, "select count(*) from marts.fct_payments where msisdn_hmac = 'h'") == [(0,)]
    assert ask(home, "select distinct customer_key from marts.fct_order_lines") == [(-1,)]
    assert ask(home, "select customer_id from marts.dim_customer where customer_key > 0") == [("C2",)]
    step_by_step = read_marts(home)
    for name in ("star.duckdb", "warehouse.duckdb"):
        (home / name).unlink()
    build(home)
    assert differing(step_by_step, read_marts(home)) == []
