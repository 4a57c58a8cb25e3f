"""Personal data of the sources is nowhere in what Ghala writes: only keyed hashes of it are."""

import csv
import hmac
import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from simulator.config import Paths
from tests.python.security import written
from tests.python.security.dirty import PLANTED
from tests.python.security.world import CANARIES, World

PHONES, OTHERS = {"MSISDN", "PhoneNumber", "msisdn"}, {"email", "name", "FirstName", "MiddleName", "LastName"}


def values_of(record: Any) -> Iterator[tuple[str, str]]:
    """(key, value) of all that a record holds at any depth; an element with Name and Value counts as such a pair."""
    if isinstance(record, dict):
        if record.keys() == {"Name", "Value"}:
            yield record["Name"], str(record["Value"])
        for key, value in record.items():
            yield from values_of(value) if isinstance(value, dict | list) else [(key, str(value))]
    elif isinstance(record, list):
        for item in record:
            yield from values_of(item)


@pytest.fixture(scope="module")
def phones(world: World) -> set[str]:
    """The nine digits of each phone number that a source sent: what every way of writing it has in common."""
    records = [record for path in ("/v1/customers", "/v1/payment_requests") for record in world.records(path)]
    records += [record for _, record in world.messages()]
    sent = {value for record in records for key, value in values_of(record) if key in PHONES and value != "None"}
    return {digits[-9:] for text in sent if len(digits := re.sub("[^0-9]", "", text)) >= 9} | {"799000111"}


@pytest.fixture(scope="module")
def people(world: World) -> set[str]:
    """Names, addresses and tax numbers that a source sent."""
    customers = {
        value for record in world.records("/v1/customers") for key, value in values_of(record) if key in OTHERS
    }
    with psycopg.connect(world.connections["GHALA_ERP_DSN"]) as erp:
        suppliers = erp.execute("select contact_email, tax_pin from audit.suppliers").fetchall()
        managers = erp.execute("select manager from audit.warehouses").fetchall()
    lines = [csv.DictReader(file.open()) for file in Paths(world.sources).mpesa.rglob("*.csv")]
    parties = {line["Other Party"] for rows in lines for line in rows}
    customers -= {name for (name,) in managers}  # a name of the staff, which no contract classifies
    return customers | {value for row in suppliers for value in row} | parties | set(PLANTED.split()[1:])


def test_nothing_written_holds_personal_data(world: World, phones: set[str], people: set[str]) -> None:
    assert len(phones) > 100 and len(people) > 200
    places = [*written.texts(world.home), *(("terminal", text) for text in world.printed)]
    wheres = {where for where, _ in places}
    assert any(where.startswith("quarantine/mpesa/stk_callbacks") for where in wheres)
    assert any(where.endswith("ops.dq_failing_row.row") for where in wheres)
    assert any(where.endswith("marts.dim_customer.msisdn_hmac") for where in wheres)
    assert written.found(iter(places), phones | people) == {}


def test_a_number_is_the_same_pseudonym_in_every_source(world: World, phones: set[str]) -> None:
    key = CANARIES["GHALA_HMAC_KEY"].encode()
    hashes = {hmac.digest(key, f"254{phone}".encode(), "sha256").hex() for phone in phones}
    places = written.tables(world.home / "serving" / "ghala.duckdb")
    found = written.found(places, hashes)
    columns = {where for wheres in found.values() for where in wheres}
    assert columns >= {":marts.dim_customer.msisdn_hmac", ":marts.fct_payments.msisdn_hmac"}
    assert all(where.endswith("_hmac") for where in columns)
