"""The marts in PostgreSQL: the same rows and types, and what BI tools read of keys, comments and rights."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import duckdb
import psycopg
import pytest
import sqlalchemy as sa

from consumption.bi import postgres
from orchestration import publish_files
from orchestration.config import REPOSITORY, Settings
from orchestration.ingest.extract.postgres import extension

DRIVERS = Path.home() / ".m2" / "repository" / "org" / "postgresql" / "postgresql"
DRIVER = os.environ.get("GHALA_TEST_JDBC_DRIVER") or next(map(str, sorted(DRIVERS.glob("*/postgresql-*.jar"))), "")


@pytest.fixture(scope="module")
def loaded(home: Settings, database: str) -> postgres.Loaded:
    return postgres.publish(home)


@pytest.fixture(scope="module")
def engine(loaded: postgres.Loaded, database: str) -> sa.Engine:
    return sa.create_engine(database.replace("postgresql:", "postgresql+psycopg:"))


@pytest.fixture(scope="module")
def serving(home: Settings) -> Path:
    return home.serving / publish_files.LINK


def test_all_marts_are_there_row_for_row(loaded: postgres.Loaded, database: str, serving: Path) -> None:
    with duckdb.connect() as both:
        both.load_extension(extension())
        both.execute(f"attach '{serving}' as file (read_only)")
        both.execute(f"attach '{database}' as server (type postgres, read_only)")
        listed = (
            "select table_name from duckdb_tables() where database_name = 'file' and schema_name = 'marts'"
            " and table_name <> 'dim_time_spine'"  # MetricFlow's calendar is no mart
        )
        marts = [name for (name,) in both.sql(listed).fetchall()]
        different = []
        for name in marts:
            file, server = f"file.marts.{name}", f"server.marts.{name}"
            (rows,) = both.sql(f"select count(*) from {file}").fetchone() or ()
            (same,) = both.sql(f"select count(*) from (from {file} intersect all from {server})").fetchone() or ()
            (there,) = both.sql(f"select count(*) from {server}").fetchone() or ()
            different += [(name, rows, there, same)] if (rows, rows) != (there, same) else []
    assert len(marts) > 20
    assert not different
    assert loaded.is_new
    assert loaded.tables == len(marts)


def test_types_are_those_of_the_file(engine: sa.Engine) -> None:
    lines = {c["name"]: c for c in sa.inspect(engine).get_columns("fct_order_lines", schema="marts")}
    types = {name: str(column["type"]) for name, column in lines.items()}
    assert types["net_amount_ex_vat"] == "NUMERIC(18, 2)"
    assert types["placed_at"] == "TIMESTAMP"
    assert types["business_date"] == "DATE"
    assert types["qty"] == "BIGINT"
    assert types["order_id"] == "TEXT"
    assert not lines["order_id"]["nullable"]
    assert lines["promo_code"]["nullable"]
    days = {c["name"]: str(c["type"]) for c in sa.inspect(engine).get_columns("dim_date", schema="marts")}
    assert days["is_holiday"] == "BOOLEAN"


def test_sqlalchemy_finds_keys_indexes_and_descriptions(engine: sa.Engine) -> None:
    found = sa.inspect(engine)
    assert {"dim_product", "fct_order_lines", "ghala_version"} <= set(found.get_table_names(schema="marts"))
    assert found.get_pk_constraint("dim_product", schema="marts")["constrained_columns"] == ["product_key"]
    assert found.get_pk_constraint("fct_order_lines", schema="marts")["constrained_columns"] == ["order_id", "line_no"]
    keys = found.get_foreign_keys("fct_order_lines", schema="marts")
    assert {(k["constrained_columns"][0], k["referred_table"], k["referred_columns"][0]) for k in keys} == {
        ("order_date_key", "dim_date", "date_key"),
        ("product_key", "dim_product", "product_key"),
        ("warehouse_key", "dim_warehouse", "warehouse_key"),
        ("customer_key", "dim_customer", "customer_key"),
        ("promotion_key", "dim_promotion", "promotion_key"),
    }
    assert {k["referred_schema"] for k in keys} == {"marts"}
    (index,) = found.get_indexes("fct_order_lines", schema="marts")
    assert (index["column_names"], index["dialect_options"]["postgresql_using"]) == (["business_date"], "brin")
    assert str(found.get_table_comment("fct_order_lines", schema="marts")["text"]).startswith("Order lines as last")
    bare = [
        f"{table}.{column['name']}"
        for table in found.get_table_names(schema="marts")
        for column in found.get_columns(table, schema="marts")
        if not column["comment"]
    ]
    assert not bare


def test_psql_describes_a_mart_and_its_references(loaded: postgres.Loaded, database: str) -> None:
    from simulator.servers.postgres import _binaries  # noqa: PLC0415

    asked = [str(_binaries() / "psql"), database, "-X", "-c", r"\d+ marts.fct_receipts", "-c", r"\dn+ marts"]
    said = subprocess.run(asked, text=True, capture_output=True, check=True).stdout
    assert '"fct_receipts_pkey" PRIMARY KEY, btree (grn_number, line_no)' in said
    assert "FOREIGN KEY (supplier_key) REFERENCES marts.dim_supplier(supplier_key) NOT VALID" in said
    assert f"Ghala version {loaded.version}" in said


@pytest.mark.skipif(not (shutil.which("java") and DRIVER), reason="needs java and pgjdbc (GHALA_TEST_JDBC_DRIVER=…jar)")
def test_the_jdbc_driver_of_bi_tools_reads_tables_columns_and_keys(loaded: postgres.Loaded, database: str) -> None:
    user, password, rest = database.removeprefix("postgresql://").replace("@", ":", 1).split(":", 2)
    program = Path(__file__).with_name("JdbcCatalog.java")
    url = f"jdbc:postgresql://{rest}?user={user}&password={password}"
    asked = ["java", "-cp", DRIVER, str(program), url, "marts", "fct_order_lines"]
    said = subprocess.run(asked, text=True, capture_output=True, check=True).stdout.splitlines()
    assert "imported\tproduct_key\tdim_product\tproduct_key" in said
    assert {"primary\torder_id\t1", "primary\tline_no\t2"} <= set(said)
    assert sum(line.startswith("table\t") for line in said) == loaded.tables + 1
    (net,) = [line for line in said if line.startswith("column\tnet_amount_ex_vat\t")]
    assert net.split("\t")[2:5] == ["numeric", "18", "2"]
    assert net.endswith("Additive.")


CATALOG = {
    # What PgDatabaseMetaData of pgjdbc asks (getTables, getPrimaryKeys, getImportedKeys), in words of our own:
    # https://github.com/pgjdbc/pgjdbc/blob/master/pgjdbc/src/main/java/org/postgresql/jdbc/PgDatabaseMetaData.java
    "tables": """
        select c.relname, d.description
        from pg_catalog.pg_class as c
        join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
        left join pg_catalog.pg_description as d
            on d.objoid = c.oid and d.objsubid = 0 and d.classoid = 'pg_class'::regclass
        where c.relkind = 'r' and n.nspname = 'marts'
    """,
    "primary": """
        select t.relname, a.attname
        from pg_catalog.pg_index as i
        join pg_catalog.pg_class as t on t.oid = i.indrelid
        join pg_catalog.pg_namespace as n on n.oid = t.relnamespace
        join pg_catalog.pg_attribute as a on a.attrelid = t.oid and a.attnum = any (i.indkey)
        where i.indisprimary and n.nspname = 'marts'
    """,
    "imported": """
        select fact.relname, own.attname, dimension.relname, other.attname, index.relname
        from pg_catalog.pg_constraint as con
        join pg_catalog.pg_class as fact on fact.oid = con.conrelid
        join pg_catalog.pg_namespace as n on n.oid = fact.relnamespace
        join pg_catalog.pg_class as dimension on dimension.oid = con.confrelid
        join pg_catalog.pg_class as index on index.oid = con.conindid
        join pg_catalog.pg_attribute as own on own.attrelid = fact.oid and own.attnum = con.conkey[1]
        join pg_catalog.pg_attribute as other on other.attrelid = dimension.oid and other.attnum = con.confkey[1]
        where con.contype = 'f' and n.nspname = 'marts'
    """,
}


def test_the_catalog_leads_from_every_fact_to_its_dimensions(loaded: postgres.Loaded, database: str) -> None:
    with psycopg.connect(database) as server:
        tables, primary, imported = (server.execute(asked.encode()).fetchall() for asked in CATALOG.values())
    # a key has no nulls: products without a forecast class, goods without a batch, sales without a promotion and lines
    # of orders that have not arrived are rows of their own
    keyless = {
        "agg_forecast_error",
        "agg_return_reasons",
        "agg_sales_daily",
        "agg_supplier_daily",
        "agg_receipts_daily",
    }
    assert {name for name, _ in tables} - {name for name, _ in primary} == keyless
    assert not [name for name, words in tables if not words]
    facts = {name for name, _ in tables if name.startswith("fct_")}
    linked = {fact for fact, _, _, _, _ in imported}
    assert facts - linked == {"fct_inventory_balances"}  # it has natural keys only
    assert {index for *_, index in imported} == {f"{dimension}_pkey" for _, _, dimension, _, _ in imported}


def test_a_reader_may_read_and_nothing_else(loaded: postgres.Loaded, database: str) -> None:
    with psycopg.connect(database, autocommit=True) as server:
        server.execute("create role analyst login password 'secret' in role marts_reader")
        server.execute("create role stranger login password 'secret'")
    address = database.partition("://")[2].partition("@")[2]
    with psycopg.connect(f"postgresql://analyst:secret@{address}", autocommit=True) as reader:
        assert (reader.execute("select count(*) from marts.dim_date").fetchone() or (0,))[0] > 5000
        for refused in (
            "insert into marts.ghala_version values ('x', now())",
            "update marts.dim_date set day_name = ''",
            "delete from marts.fct_returns",
            "truncate marts.fct_returns",
            "drop table marts.fct_returns",
            "create table marts.mine (a int)",
            "create schema mine",
            "alter schema marts rename to mine",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute(refused.encode())
    with (
        psycopg.connect(f"postgresql://stranger:secret@{address}") as stranger,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        stranger.execute("select * from marts.dim_date")


def test_letters_arrive_in_a_database_of_another_encoding(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with psycopg.connect(database, autocommit=True) as server:
        server.execute("create database latin encoding 'LATIN1' lc_collate 'C' lc_ctype 'C' template template0")
    dsn = f"{database.rpartition('/')[0]}/latin"
    monkeypatch.setenv(postgres.VARIABLE, dsn)
    home = Settings(home=tmp_path, project=REPOSITORY, start_date=None)
    home.serving.mkdir()
    with duckdb.connect(str(publish_files.data_file(home.serving, "1"))) as file:
        file.execute("create schema marts")
        file.execute("create table marts.fct_words as select 'café' as word")
    facts = {"version": "1", "created_at": "2026-01-01T00:00:00+00:00"}
    publish_files.facts_file(home.serving, "1").write_text(json.dumps(facts))
    publish_files.flip(home.serving, "1")
    postgres.publish(home)
    with psycopg.connect(dsn, client_encoding="UTF8") as reader:
        assert reader.execute("select word from marts.fct_words").fetchone() == ("café",)


def test_the_same_version_again_changes_nothing(loaded: postgres.Loaded, home: Settings, database: str) -> None:
    tables = "select array_agg(oid order by oid) from pg_class where relnamespace = 'marts'::regnamespace"
    with psycopg.connect(database, autocommit=True) as server:
        before = server.execute(tables.encode()).fetchone()
        again = postgres.publish(home)
        assert (again.version, again.is_new, again.rows) == (loaded.version, False, 0)
        assert server.execute(tables.encode()).fetchone() == before
        said = server.execute("select version, published_at < now() from marts.ghala_version").fetchall()
    assert said == [(loaded.version, True)]
