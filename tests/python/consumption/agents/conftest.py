"""A reader of the published world, and what of that world nobody may be told."""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from consumption.read.pool import Pool
from consumption.read.reader import Reader
from orchestration.config import REPOSITORY, Settings

SECRET = "a-token-of-the-test-only"
PERSONAL = {
    "marts.dim_customer": ("email_hmac", "msisdn_hmac", "customer_id"),
    "marts.dim_supplier": ("contact_email_hmac", "tax_pin_hmac"),
    "marts.dim_warehouse": ("manager_name",),
    "marts.fct_stock_counts": ("counter_name",),
    "marts.fct_payments": ("msisdn_hmac", "customer_id"),
    "marts.fct_order_lines": ("customer_id",),
}
MEMBERS = {"Unknown", "Not applicable", "Late arriving"}  # of every dimension: nobody


def settings_of(home: Path) -> Settings:
    return Settings(home=home, project=REPOSITORY, start_date=None)


def environment(home: Path) -> dict[str, str]:
    """What a server is started with."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GHALA_")}
    return {**inherited, "GHALA_HOME": str(home), "PYTHONPATH": str(REPOSITORY)}


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "orchestration", *words]


@pytest.fixture(scope="module")
def reader(published: Path) -> Iterator[Reader]:
    """Reads as the servers do."""
    pool = Pool()
    yield Reader(settings_of(published), pool)
    pool.close()


@pytest.fixture(scope="module")
def private(published: Path) -> frozenset[str]:
    """Every personal value of the world, read past all guards (in a process that opens the file as the readers do)."""
    reader = Reader(settings_of(published), Pool(workers=1))
    _, cursor = reader.world()
    found = {
        str(row[0])
        for table, columns in PERSONAL.items()
        for column in columns
        for row in cursor.execute(f"select distinct {column} from {table} where {column} is not null").fetchall()
    }
    reader.pool.close()
    assert len(found) > 500
    return frozenset(found - MEMBERS)


def leaked(answer: str, private: frozenset[str]) -> list[str]:
    """The personal values that are in an answer: words by themselves, names of several words anywhere."""
    names = {value for value in private if not value.isalnum()}
    return sorted(private & set(re.findall(r"\w+", answer))) + sorted(name for name in names if name in answer)


def scalar(cursor: duckdb.DuckDBPyConnection, sql: str) -> object:
    row = cursor.execute(sql).fetchone()
    assert row
    return row[0]
