"""Hostile SQL: none escapes, each is told why, and the next question is answered."""

import json
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from consumption.read.errors import ReadError, Reason
from consumption.read.reader import Reader, query
from orchestration.config import REPOSITORY

SECONDS = 0.5  # for a query that would never end
BOMB = 4_000_000_000

REFUSED = {  # statement: a word of what it is told
    # files
    "select * from '/etc/passwd'": "list_marts",
    "from '/etc/passwd'": "list_marts",
    'select * from "/etc/passwd"': "list_marts",
    "select * from 'data.parquet'": "list_marts",
    "select * from '/proc/self/environ'": "list_marts",
    "select * from read_csv('/etc/passwd')": "read_csv",
    "select * from read_csv_auto('/etc/passwd', sep = '')": "read_csv_auto",
    "select * from READ_TEXT('/etc/passwd')": "read_text",
    "select * from read_blob('/proc/self/environ')": "read_blob",
    "select * from read_parquet('s3://bucket/x.parquet')": "read_parquet",
    "select * from parquet_metadata('/tmp/x')": "parquet_metadata",
    "select * from read_json('http://127.0.0.1/')": "read_json",
    "select * from read_duckdb('/tmp/x.duckdb')": "read_duckdb",
    "select * from glob('/*')": "glob",
    "select * from sniff_csv('/etc/passwd')": "sniff_csv",
    "select (select content from read_text('/etc/passwd'))": "read_text",
    "select 1 where exists (from read_text('/etc/passwd'))": "read_text",
    "select 1 from range(1) order by (select count(*) from read_text('/etc/passwd'))": "read_text",
    "select 1 limit (select count(*) from read_text('/etc/passwd'))": "read_text",
    "select sum(1) filter ((select count(*) from read_text('/etc/passwd')) > 0)": "read_text",
    "with x as materialized (from read_text('/etc/passwd')) select 1": "read_text",
    "select 1 union all select count(*) from read_text('/etc/passwd')": "read_text",
    "from (pivot (from read_text('/etc/passwd')) on filename in ('x') using count(*))": "read_text",
    "select list_transform([1], lambda x: (select count(*) from read_text('/etc/passwd')))": "read_text",
    "select write_log('x')": "write_log",
    # writes and other statements
    "copy marts.dim_product to '{canary}'": "SELECT",
    "copy (select 1) to '{canary}' (format csv)": "SELECT",
    "export database '{canary}'": "SELECT",
    "attach '{canary}' as x": "SELECT",
    "attach ':memory:' as x": "SELECT",
    "detach published": "SELECT",
    "install httpfs": "SELECT",
    "load '{canary}'": "SELECT",
    "set enable_external_access = true": "SELECT",
    "set lock_configuration = false": "SELECT",
    "reset memory_limit": "SELECT",
    "pragma database_list": "SELECT",
    "pragma enable_profiling": "SELECT",
    "create table t as select 1": "SELECT",
    "create macro f() as 1": "SELECT",
    "create secret s (type s3)": "SELECT",
    "drop view marts.dim_product": "SELECT",
    "insert into marts.dim_product select * from marts.dim_product": "SELECT",
    "update marts.dim_product set sku = 'x'": "SELECT",
    "delete from ops.run": "SELECT",
    "call enable_logging(storage = 'file')": "SELECT",
    "checkpoint": "SELECT",
    "vacuum": "SELECT",
    "use published": "SELECT",
    "begin": "SELECT",
    "prepare p as select 1": "SELECT",
    "execute p": "SELECT",
    "explain analyze select * from read_text('/etc/passwd')": "SELECT",
    "import database '/tmp'": "SELECT",
    "select 1; drop view marts.dim_product": "SELECT",
    "select 1; select 2": "2 statements",
    "select 1 -- x\n; select * from ops.run": "2 statements",
    "": "0 statements",
    "-- nothing": "0 statements",
    "select 1 /* ; */ where 1 = $1": "parameters",
    "select ?": "parameters",
    "pivot dim_product on category using count(*)": "SELECT",
    # functions that do more than compute
    "select * from enable_logging(storage = 'file', storage_config = {{'path': '{canary}'}})": "enable_logging",
    "from enable_profiling()": "enable_profiling",
    "select getenv('PATH')": "environment",
    "select getvariable('x')": "environment",
    "select current_setting('temp_directory')": "environment",
    "select nextval('x')": "nextval",
    "select setseed(0.5)": "setseed",
    "select sleep_ms(100000)": "nothing waits",
    "select pg_sleep(100)": "pg_sleep",
    "select json_execute_serialized_sql('x')": "json_execute_serialized_sql",
    "from query('select * from read_text(''/etc/passwd'')')": "into the query itself",
    "from query_table('dim_customer')": "into the query itself",
    "select stats(sku) from dim_product": "stats",
    "select * from seq_scan('published.marts.dim_customer')": "seq_scan",
    "select * from summary((from dim_product))": "summary",
    "select * from duckdb_settings()": "describe",
    "select * from duckdb_secrets()": "describe",
    "select * from duckdb_views()": "describe",
    "select * from duckdb_memory()": "describe",
    "select * from pragma_table_info('marts.dim_customer')": "describe",
    "select * from test_all_types()": "test_all_types",
    "select main.read_text('/etc/passwd')": "read_text",
    "select system.main.lower('x')": "schema",
    "select summ(qty) from fct_order_lines": "sum",
    "select count(*), no_such_function(1)": "no_such_function",
    # catalogs
    "select * from information_schema.tables": "describe",
    "select * from duckdb_tables": "describe",
    "select * from pg_catalog.pg_class": "describe",
    "select * from sqlite_master": "describe",
    "select * from published.marts.dim_customer": "dim_customer",
    "select * from memory.marts.dim_customer": "dim_customer",
    "select * from temp.information_schema.tables": "describe",
    "with duckdb_views as (select * from duckdb_views) select * from duckdb_views": "describe",
    "with a as (from duckdb_settings), duckdb_settings as (select 1) from a": "describe",
    "from (with duckdb_settings as (select 1) from duckdb_settings), duckdb_settings": "describe",
    "select * from dim_product at (version => 1)": "AT",
    "describe dim_customer": "describe",
    "show tables": "describe",
    "show all tables": "describe",
    "summarize dim_customer": "describe",
    "from (describe dim_customer)": "describe",
    # looks and nesting
    "select * from dim_\u212austomer": "ASCII",
    "select \uff52ead_text('/etc/passwd')": "ASCII",
    "select\u00a0* from\u2003'/etc/passwd'": "",
    "selct 1": "does not parse",
    "select * from dim_custmer": "did you mean dim_customer",
    "select emial from dim_customer": "describe names the columns",
    "with recursive r as (select 1 union all select * from r) from r": "recursive",
    "with recursive r as (select 1 as i union all select i + 1 from r) select max(i) from r": "recursive",
    "select " + "1+" * 9_000 + "1": "depth",
    "select " + "[" * 900 + "]" * 900: "",
    "select '" + "x" * 30_000 + "'": "characters",
    "select '\0'": "no text",
    "select '\ud800'": "no text",
    "select * from 'ops'": "",
}
ENDLESS = "select count(*) from fct_web_events a, fct_web_events b, fct_web_events c"
TOO_MUCH = {
    f"select repeat('x', {BOMB})": Reason.REFUSED,
    f"select lpad('x', {BOMB // 3}, 'y')": Reason.TOO_MUCH,
    ENDLESS: Reason.TOO_MUCH,
    "select string_agg(e.event_id || o.event_id) from fct_web_events e, fct_web_events o": Reason.TOO_MUCH,
    "select list_sum(list_transform(range(100000), lambda x: list_sum(range(100000))))": Reason.TOO_MUCH,
}


def _alive(reader: Reader) -> None:
    assert query(reader, "select 1 as one")["rows"] == [[1]]


def test_hostile_statements_are_refused_with_advice(reader: Reader, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    for template, told in REFUSED.items():
        sql = template.replace("{canary}", str(canary)).replace("{{", "{").replace("}}", "}")
        with pytest.raises(ReadError) as refused:
            query(reader, sql)
        error = refused.value
        assert error.reason in (Reason.REFUSED, Reason.UNKNOWN), (sql[:80], error)
        assert told.lower() in str(error).lower(), (sql[:80], str(error))
        assert error.next_step
        assert "root:" not in str(error)
    _alive(reader)
    assert not list(tmp_path.iterdir())
    assert not list(REPOSITORY.glob("duckdb_logs*"))


def test_endless_and_giant_queries_are_stopped(reader: Reader) -> None:
    impatient = replace(reader, limits=replace(reader.limits, seconds=SECONDS))
    for sql, reason in TOO_MUCH.items():
        with pytest.raises(ReadError) as stopped:
            query(impatient, sql)
        assert stopped.value.reason is reason, (sql, str(stopped.value))
        _alive(reader)


def test_a_worker_whose_server_is_gone_ends_with_its_time(reader: Reader) -> None:
    world, _ = reader.world()
    job = {"world": world.for_worker(), "sql": ENDLESS, "rows": 1, "bytes": 1, "cell": 1, "seconds": SECONDS}
    ended = subprocess.run(
        [sys.executable, "-m", "consumption.read.worker"],
        input=json.dumps(job),
        cwd=REPOSITORY,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == -signal.SIGALRM


def test_what_is_long_is_cut_and_says_so(reader: Reader) -> None:
    rows = query(reader, "select * from range(10000000)", 100_000)
    assert (rows["row_count"], rows["truncated"]) == (1000, True)
    assert "aggregate" in rows["hint"]
    exact = query(reader, "select * from range(1000)", 1000)
    assert (exact["row_count"], exact["truncated"]) == (1000, False)
    cell = query(reader, "select lpad('x', 100000, 'y'), range(100000)")["rows"][0]
    assert all(len(value) < 2100 and "more characters" in value for value in cell)
    wide = query(
        reader, "select " + ", ".join(f"lpad('x', 1500, 'y') as c{n}" for n in range(100)) + " from range(900)", 900
    )
    assert wide["truncated"] and len(json.dumps(wide)) < 1_100_000


def test_a_worker_has_no_environment_and_cannot_write(reader: Reader) -> None:
    process = reader.pool._idle.queue[-1]._process  # type: ignore[union-attr]
    there = Path(f"/proc/{process.pid}/environ").read_bytes()
    assert b"GHALA" not in there and b"TOKEN" not in there
    limits = Path(f"/proc/{process.pid}/limits").read_text()
    size = next(line for line in limits.splitlines() if line.startswith("Max file size"))
    assert size.split()[3] == "0"


def test_useful_sql_passes(reader: Reader) -> None:
    for sql in (
        "select category, sum(qty)::int, round(100.0 * sum(qty) / sum(sum(qty)) over (), 1) from fct_order_lines"
        " join dim_product using (product_key) group by all order by 2 desc",
        "with d as (select business_date as d, sum(net_amount_ex_vat) v from marts.fct_order_lines group by 1)"
        " select d, v, lag(v) over (order by d), avg(v) over (order by d rows 6 preceding) from d",
        "select * from (select sku, qty from fct_order_lines) pivot (sum(qty) for sku in ('GH000001', 'GH000002'))",
        "select columns('.*_qty') from fct_returns limit 1",
        "select unnest(range(3)), current_date, date_trunc('week', now()::timestamp), strftime(today(), '%Y')",
        "select count(*) filter (is_current), median(list_price), arg_max(sku, list_price) from dim_product",
        "from ops.dq_result select status, count(*) group by all",
        "select case when qty > 5 then 'big' end, count(distinct customer_id) from fct_order_lines group by 1",
        "select exists (select 1 from fct_returns r where r.order_id = o.order_id) from fct_order_lines o limit 1",
        "values (1, 'x'), (2, 'y') /* comment */ -- end",
        "select [x + 1 for x in [1, 2] if x > 1], sku[1:2], 1.5::decimal(10, 2), interval 3 day from dim_product",
    ):
        query(reader, sql)


def test_the_cookbook_passes(reader: Reader) -> None:
    files = sorted((REPOSITORY / "docs" / "cookbook").glob("[01]*.sql"))
    assert len(files) == 15
    for file in files:
        query(reader, file.read_text())
