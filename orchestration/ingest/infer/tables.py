"""Tables of a database: a sample of their rows, and what the catalogue says of keys and missing values."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import polars as pl

from orchestration.errors import ConfigError, GhalaError
from orchestration.ingest.extract import sqlite
from orchestration.ingest.extract.postgres import Postgres
from orchestration.ingest.infer.files import limit_of
from orchestration.ingest.infer.model import Sample
from orchestration.quoting import identifier

RELATION = re.compile(r"[A-Za-z_][\w$]*(\.[A-Za-z_][\w$]*)?")
# A numeric without precision would arrive as a float: it is cast to the widest decimal that has all its digits.
CATALOGUE = """
select a.attname as name, a.attnotnull as is_required,
       a.atttypid = 'numeric'::regtype and a.atttypmod = -1 as is_unbounded,
       coalesce(array_position(i.indkey::int2[], a.attnum), -1) as key_position
from pg_attribute a left join pg_index i on i.indrelid = a.attrelid and i.indisprimary
where a.attrelid = '{relation}'::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum
"""
SPARE_DIGITS = 38
QUERY_ROWS = 100_000


def read_postgres(connection: str, relation: str, about: Path, *, query: str | None = None) -> Sample:
    """The rows of a relation, or of a query, of the connection GHALA_<NAME>_DSN."""
    if query is not None:
        with Postgres(connection, about) as database:
            frame = database.sample(f"SELECT * FROM {database.server(query)} LIMIT {QUERY_ROWS}")
        how = {"type": "postgres", "connection": connection, "query": query}
        return Sample(f"{connection}: {query}", frame, dict(how), (f"GHALA_{connection.upper()}_DSN", "…"))
    if RELATION.fullmatch(relation) is None:
        raise ConfigError(f"{relation!r} is no relation", f"{connection}:{relation}", "write schema.table, or table")
    with Postgres(connection, about) as database:
        catalogue = database.sample(f"SELECT * FROM {database.server(CATALOGUE.format(relation=relation))}")
        unbounded = catalogue.filter(pl.col("is_unbounded"))["name"].to_list()
        rows = limit_of(catalogue.height)
        how = {"type": "postgres", "connection": connection, "relation": relation}
        doubts = []
        table = database.table(relation)
        if unbounded:
            del how["relation"]
            how["query"] = _bounded(database, relation, catalogue["name"].to_list(), unbounded)
            table = database.server(how["query"])
            doubts.append(f"numeric without precision ({', '.join(unbounded)}): cast in the query, without loss today")
        frame = database.sample(f"SELECT * FROM {table} LIMIT {rows + 1}")
    if lost := [name for name, type_ in frame.schema.items() if type_.is_nested() or type_ == pl.Binary]:
        doubts.append(f"landing cannot hold {', '.join(lost)}: left out")
    keyed = catalogue.filter(pl.col("key_position") >= 0).sort("key_position")["name"].to_list()
    required = catalogue.filter("is_required")["name"].to_list()
    return Sample(
        f"{connection}:{relation}", frame.head(rows).drop(lost), dict(how), (f"GHALA_{connection.upper()}_DSN", "…"),
        tuple(doubts), tuple(lost), tuple(keyed), frozenset(required), is_partial=frame.height > rows,
    )  # fmt: skip


def _bounded(database: Postgres, relation: str, names: list[str], unbounded: list[str]) -> str:
    """The query that reads a relation with its unbounded numbers as decimals of the scale they have today."""
    asked = ", ".join(f'coalesce(max(scale({identifier(name)})), 0) as "{n}"' for n, name in enumerate(unbounded))
    scales = database.sample(f"SELECT * FROM {database.server(f'select {asked} from {relation}')}").row(0)
    types = {name: f"::numeric({SPARE_DIGITS},{max(2, scale)})" for name, scale in zip(unbounded, scales, strict=True)}
    return f"select {', '.join(_cast(name, types.get(name, '')) for name in names)} from {relation}"


def _cast(name: str, type_: str) -> str:
    quoted = identifier(name)
    return f"{quoted}{type_} as {quoted}" if type_ else quoted


def is_sqlite(file: Path) -> bool:
    """Whether a file is a SQLite database."""
    with file.open("rb") as content:
        return content.read(16) == b"SQLite format 3\x00"


def read_sqlite(file: Path, relation: str, source: str) -> Sample:
    """The rows of a table as text."""
    how = {"type": "sqlite", "connection": source, "relation": relation}
    setting = (f"GHALA_{source.upper()}_FILE", str(file.absolute()))
    with closing(sqlite.connect(file)) as database:
        try:
            names = sqlite.columns(database, relation, file)
            rows = limit_of(len(names))
            found = database.execute(f"SELECT * FROM {identifier(relation)} LIMIT {rows + 1}")
            batches = list(sqlite.frames(found, names))
            facts = list(database.execute('SELECT name, "notnull", pk FROM pragma_table_info(?)', (relation,)))
        except sqlite3.Error as error:
            raise GhalaError(f"the table cannot be read: {error}", f"{file}:{relation}", "check the file") from error
    frame = pl.concat(batches) if batches else pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    keyed = [name for name, _, position in sorted(facts, key=lambda fact: fact[2]) if position]
    required = [name for name, is_required, position in facts if is_required or position]
    return Sample(
        f"{file}:{relation}", frame.head(rows), dict(how), setting,
        keys=tuple(keyed), required=frozenset(required), is_partial=frame.height > rows,
    )  # fmt: skip
