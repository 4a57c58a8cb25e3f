"""Everything that was written below a folder, as texts: what is packed is unpacked, what is a table is read."""

import gzip
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.parquet as pq

Written = Iterator[tuple[str, str]]

AT_ONCE = 50  # texts: to prepare 450 values for each of 18,000 alone took 13.8 instead of 3.3 CPU s


def texts(home: Path) -> Written:
    """(where, text) of each file but .env: its bytes, and of tables and archives their content."""
    for file in sorted(home.rglob("*")):
        if not file.is_file() or file.is_symlink() or file == home / ".env":
            continue
        where = file.relative_to(home).as_posix()
        content = file.read_bytes()
        yield where, f"{where}\n{content.decode('utf-8', errors='replace')}"
        if file.name.endswith(".parquet"):
            yield from _parquet(where, file)
        elif file.name.endswith(".gz"):
            yield where, gzip.decompress(content).decode()
        elif content.startswith(b"SQLite format 3"):
            yield from _sqlite(where, file)
        elif content[8:12] == b"DUCK":
            yield from tables(file, where)


def tables(file: Path, where: str = "") -> Written:
    """Each column of each table and view of a DuckDB file that holds text."""
    with duckdb.connect(str(file), read_only=True) as connection:
        columns = connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns() "
            "inner join duckdb_tables() using (database_oid, schema_oid, table_oid, schema_name, table_name) "
            "where data_type similar to '.*(VARCHAR|JSON|BLOB|ENUM|STRUCT|MAP).*'"
        ).fetchall()
        for schema, table, column in columns:
            sql = f'select distinct "{column}"::varchar from "{schema}"."{table}" where "{column}" is not null'
            yield f"{where}:{schema}.{table}.{column}", "\n".join(row[0] for row in connection.execute(sql).fetchall())


def found(places: Written, values: Collection[str]) -> dict[str, list[str]]:
    """The values that stand somewhere, and where; case does not matter."""
    sought, hits, waiting = [value.lower() for value in values if value], {}, iter(places)
    while some := list(islice(waiting, AT_ONCE)):
        texts = pl.Series([text.lower() for _, text in some])
        for (where, _), here in zip(some, texts.str.extract_many(sought, overlapping=True), strict=True):
            for value in here:
                hits.setdefault(value, set()).add(where)
    return {value: sorted(wheres) for value, wheres in hits.items()}


def _parquet(where: str, file: Path) -> Written:
    yield f"{where}:metadata", str(pq.read_metadata(file).metadata)
    for column in pl.read_parquet(file).cast(pl.String, strict=False).iter_columns():
        yield f"{where}:{column.name}", "\n".join(column.drop_nulls().unique())


def _sqlite(where: str, file: Path) -> Written:
    with closing(sqlite3.connect(file)) as database:
        database.text_factory = lambda content: content.decode(errors="replace")
        for (table,) in database.execute("select name from sqlite_master where type = 'table'").fetchall():
            rows = database.execute(f'select * from "{table}"').fetchall()
            yield f"{where}:{table}", "\n".join(str(value) for row in rows for value in row if value is not None)
