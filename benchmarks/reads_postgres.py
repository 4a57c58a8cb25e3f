"""The peer of the reading benchmark: the same tables and questions in PostgreSQL with sensible indexes."""

import re
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import psutil
import psycopg

from benchmarks.reads_clients import Layout, Rows
from benchmarks.reads_questions import Question
from benchmarks.reads_worlds import Columns
from orchestration.ingest.extract.postgres import extension
from simulator.config import Paths
from simulator.servers import postgres as server

PASSWORD = "secret"  # noqa: S105 - of a server that lives as long as the benchmark, on 127.0.0.1
SETTINGS = """
shared_buffers = 2GB
work_mem = 128MB
effective_cache_size = 8GB
random_page_cost = 1.1
max_parallel_workers_per_gather = 2
max_wal_size = 4GB
jit = {jit}
"""
# Where DuckDB's words are not PostgreSQL's. Both texts give the same answer, and the benchmark compares them.
WORDS = (
    (r"interval (\d+) hour", r"interval '\1 hour'"),
    (r"::double\b", "::double precision"),
    (r"group by all", "group by 1, 2"),  # the question that says so groups by its first two columns
    (r" desc(?! nulls)", " desc nulls last"),
)
# DuckDB rounds a double to digits.
ROUND = (
    "create function round(double precision, integer) returns numeric"
    " immutable language sql return round($1::numeric, $2)"
)
INDEXED = (
    "business_date", "promised_date", "delivered_date_key", "calendar_date", "date_key", "product_key", "sku",
    "supplier_code", "promo_code", "sales_month",
)  # fmt: skip


def translated(sql: str) -> str:
    """A question of the cookbook in PostgreSQL's words."""
    for words, replacement in WORDS:
        sql = re.sub(words, replacement, sql)
    return sql


@contextmanager
def started(scratch: Path, jit: str) -> Iterator[tuple[str, psutil.Process]]:
    """An empty server: its DSN and its process. It is stopped at the end."""
    paths = Paths(scratch)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server.make_cluster(paths, PASSWORD)
    with (paths.pgdata / "postgresql.conf").open("a") as file:
        file.write(SETTINGS.format(jit=jit))
    server.start_server(paths, port)
    try:
        process = psutil.Process(int((paths.pgdata / "postmaster.pid").read_text().split()[0]))
        yield f"postgresql://{server.OWNER}:{PASSWORD}@127.0.0.1:{port}/postgres", process
    finally:
        server.stop_server(paths)


def load(star: Path, dsn: str, columns: Columns) -> None:
    """Copy tables, index what is searched or joined, and let the planner know them."""
    with duckdb.connect() as connection:
        connection.load_extension(extension())
        connection.execute(f"attach '{star}' as star (read_only); attach '{dsn}' as peer (type postgres)")
        connection.execute("create schema peer.marts")
        for table, names in columns.items():
            connection.execute(f"create table peer.{table} as select {', '.join(names)} from star.{table}")
    with psycopg.connect(dsn, autocommit=True) as peer:
        peer.execute(ROUND)
        for table, names in columns.items():
            for name in names:
                if name in INDEXED:
                    peer.execute(f"create index on {table} ({name})")
            peer.execute(f"vacuum (freeze, analyze) {table}")


def layout(dsn: str, process: psutil.Process, questions: Sequence[Question]) -> Layout:
    """Answers questions of the cookbook."""
    texts = {one.name: translated(one.sql) for one in questions}

    def client() -> Any:
        connection = psycopg.connect(dsn, autocommit=True)

        def ask(name: str) -> Rows:
            return connection.execute(texts[name]).fetchall()

        return ask

    return Layout(frozenset(texts), client, lambda: time.process_time() + _cpu(process))


def _cpu(process: psutil.Process) -> float:
    """CPU seconds of the server: of its processes, and of those that ended (workers of a parallel query)."""
    own = process.cpu_times()
    used = own.user + own.system + own.children_user + own.children_system
    for child in process.children():
        try:
            part = child.cpu_times()
        except psutil.NoSuchProcess:
            continue
        used += part.user + part.system
    return float(used)
