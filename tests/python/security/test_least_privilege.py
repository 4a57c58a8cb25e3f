"""The user of docs/security/erp_reader.sql can read what Ghala lands, and can do nothing else."""

from collections.abc import Iterator

import psycopg
import pytest

from orchestration.config import REPOSITORY
from orchestration.contracts import contracts_of
from orchestration.ingest.extract.postgres import Postgres
from orchestration.ingest.plan import window
from tests.python.ingest.project import DAY

SQL = (REPOSITORY / "docs" / "security" / "erp_reader.sql").read_text()
SCHEMA = (REPOSITORY / "simulator" / "sinks" / "schema.sql").read_text()


@pytest.fixture(scope="module")
def reader(postgres: str) -> Iterator[str]:
    """The DSN of the reader in a database with the retailer's tables, and a schema that is none of its business."""
    with psycopg.connect(postgres, autocommit=True) as owner:
        owner.execute("create database erp")
    with psycopg.connect(postgres.replace("/postgres", "/erp"), autocommit=True) as owner:
        owner.execute(SCHEMA)  # type: ignore[arg-type]
        owner.execute("create schema payroll; create table payroll.salaries (amount int)")
        for _ in range(2):  # it may be run again
            owner.execute(SQL)  # type: ignore[arg-type]
        owner.execute("alter role ghala_reader password 'reads-only'")
    host = postgres.rpartition("@")[2].replace("/postgres", "/erp")
    yield f"postgresql://ghala_reader:reads-only@{host}"
    with psycopg.connect(postgres, autocommit=True) as owner:
        owner.execute("drop database erp with (force)")
        owner.execute("drop role ghala_reader")


def test_every_table_of_the_erp_can_be_read(reader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GHALA_ERP_DSN", reader)
    contracts = [one for one in contracts_of(REPOSITORY / "contracts") if one.extraction.connection == "erp"]
    assert len(contracts) >= 10
    with Postgres("erp", REPOSITORY) as erp:
        for contract in contracts:
            assert [batch.frame.height for batch in erp.fetch(contract, window(DAY, {DAY: None}))] == [0]
            if contract.extraction.key_compare:
                assert erp.keys(contract).height == 0


@pytest.mark.parametrize(
    "statement",
    [
        "select * from payroll.salaries",
        "insert into erp.fx_rates default values",
        "update erp.products set name = 'x'",
        "delete from erp.products",
        "truncate erp.products",
        "drop table erp.products",
        "create table erp.mine (x int)",
        "create table public.mine (x int)",
        "create temporary table mine (x int)",
        "create schema mine",
        "create role mine",
        "select pg_read_file('/etc/passwd')",
        "copy erp.products to program 'true'",
        "set role erp_owner",
    ],
)
def test_nothing_else_is_allowed(reader: str, statement: str) -> None:
    writing = "-c default_transaction_read_only=off"
    with (
        psycopg.connect(reader, options=writing, autocommit=True) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement)  # type: ignore[arg-type]
