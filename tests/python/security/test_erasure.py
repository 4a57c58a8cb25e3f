"""A customer who asks is erased for good: nothing written names them any more, and the money stays as it was."""

import hmac
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from orchestration.alerts.state import history_file
from orchestration.ingest import lines, manifest
from tests.python.security import written
from tests.python.security.world import CANARIES, FIRST, LAST, World


@dataclass(frozen=True)
class Erasure:
    """What was known before and after; `named` are the identifier and its pseudonyms."""

    person: str
    named: list[str]
    before: dict[str, list[str]]
    dry_run_changed: bool
    dry_run_said: str
    totals: tuple[dict[str, Any], dict[str, Any]]
    customers: tuple[int, int]


def totals(home: Path) -> dict[str, Any]:
    """Rows, and the sum of every number that is no key, of each fact that readers see."""
    with duckdb.connect(str(home / "serving" / "ghala.duckdb"), read_only=True) as connection:
        columns = connection.execute(
            "select table_name, column_name from duckdb_columns() where schema_name = 'marts' "
            "and starts_with(table_name, 'fct_') and data_type similar to '(DECIMAL|BIG|INT|HUGE|DOUBLE).*' "
            "and not ends_with(column_name, '_key') and not starts_with(column_name, '_')"
        ).fetchall()
        assert len(columns) > 100
        sums = "select count(*), sum({}) from marts.{}"
        return {f"{t}.{c}": connection.execute(sums.format(c, t)).fetchone() for t, c in columns}


def customers(home: Path) -> int:
    with duckdb.connect(str(home / "serving" / "ghala.duckdb"), read_only=True) as connection:
        [(count,)] = connection.execute("select count(distinct customer_id) from marts.dim_customer").fetchall()
        return int(count)


def somebody(world: World) -> dict[str, Any]:
    """A customer who ordered, paid by phone and looked around; somebody with a row in quarantine if there is one."""
    orders = pl.read_parquet(world.home / "bronze/commerce/orders/year=*/**/*.parquet")
    payments = pl.read_parquet(world.home / "bronze/commerce/payment_requests/year=*/**/*.parquet")
    bad = [pl.read_parquet(file) for file in world.home.glob("quarantine/commerce/*/year=*/**/*.parquet")]
    named = {value for frame in bad if "customer_id" in frame.columns for value in frame["customer_id"].drop_nulls()}
    paying = payments.join(orders, on="order_id")["customer_id"].drop_nulls().unique()
    best = max(paying, key=lambda one: (one in named, one))
    return next(record for record in world.records("/v1/customers") if record["customer_id"] == best)


@pytest.fixture(scope="module")
def erasure(world: World) -> Erasure:
    """A customer erased as a person would do it: first the dry run."""
    home, record = world.home, somebody(world)
    person = record["customer_id"]
    phone = f"254{''.join(c for c in record['msisdn'] if c.isdigit())[-9:]}"
    key = CANARIES["GHALA_HMAC_KEY"].encode()
    hashes = [hmac.digest(key, text.encode(), "sha256").hex() for text in (phone, record["email"].lower())]
    named = [person, *hashes]
    told = {"event": "seen", "what": f"could not convert string '{hashes[0]}' of {person}"}  # what an error may quote
    lines.append(history_file(home), told)
    before = written.found(written.texts(home), named)
    totals_before, customers_before, loads = totals(home), customers(home), manifest.read(home)
    assert world.ghala(f"erase customer {person} --dry-run") == 0
    said, changed = world.printed[-1], manifest.read(home) != loads
    assert world.ghala(f"erase customer {person.lower()}") == 0, world.printed[-1]
    return Erasure(
        person, named, before, changed, said, (totals_before, totals(home)), (customers_before, customers(home))
    )


def test_the_dry_run_counts_and_changes_nothing(erasure: Erasure) -> None:
    assert not erasure.dry_run_changed
    for table in ("commerce.customers", "commerce.orders", "commerce.payment_requests", "mpesa.stk_callbacks"):
        assert table in erasure.dry_run_said


def test_nothing_names_the_person_any_more(world: World, erasure: Erasure) -> None:
    tops = {where.split("/")[0] for wheres in erasure.before.values() for where in wheres}
    assert set(erasure.before) == {name.lower() for name in erasure.named} and tops >= {
        "alerts",
        "bronze",
        "serving",
        "star.duckdb:marts.dim_customer.customer_id",
    }
    assert written.found(written.texts(world.home), erasure.named) == {}


def test_facts_and_their_totals_stay(erasure: Erasure) -> None:
    assert erasure.totals[0] == erasure.totals[1]
    assert erasure.customers[0] == erasure.customers[1] + 1


def test_a_redelivery_does_not_bring_the_person_back(world: World, erasure: Erasure) -> None:
    before = [(record.load_number, record.sha256) for record in manifest.read(world.home)]
    assert world.ghala(f"ingest --from {FIRST} --to {LAST}") == 0
    assert [(record.load_number, record.sha256) for record in manifest.read(world.home)] == before
    assert written.found(written.texts(world.home), erasure.named) == {}
    other = {"GHALA_HMAC_KEY": "another-key"}
    assert world.ghala(f"ingest commerce.customers --date {LAST}", other) == 2
    assert "what bronze was hashed with" in world.printed[-1]
