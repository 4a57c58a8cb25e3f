"""The statements that make a mart a table of PostgreSQL: pure text."""

import re
from collections.abc import Mapping, Sequence

from consumption.bi.marts import Table
from orchestration.errors import GhalaError
from orchestration.quoting import identifier, literal

READER = "marts_reader"
VERSION_TABLE = "ghala_version"
MARK = "Ghala version "  # how the comment of a schema of ours begins
TYPES = {
    "BIGINT": "bigint",
    "INTEGER": "integer",
    "SMALLINT": "smallint",
    "BOOLEAN": "boolean",
    "VARCHAR": "text",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
    "DOUBLE": "double precision",
    "FLOAT": "real",
}
DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")
# A block range of 32 pages holds about 2,000 rows: a day of facts touches few of them, and the index stays below 1 MB.
PAGES = 32


def type_of(kind: str, where: str) -> str:
    """PostgreSQL's type for a DuckDB type. Raises GhalaError for one that has none (lists, structs)."""
    if decimal := DECIMAL.fullmatch(kind):
        return f"numeric({decimal[1]},{decimal[2]})"
    if kind not in TYPES:
        raise GhalaError(
            f"the type {kind} has no counterpart in PostgreSQL here",
            where,
            "give the column a plain type in its model (text, number, date, time, boolean), then build and publish",
        )
    return TYPES[kind]


def create(schema: str, table: Table) -> str:
    """The table without keys: an index that exists while rows come in is slower than one that is built after."""
    columns = ", ".join(
        f"{identifier(column.name)} {type_of(column.type, f'{table.name}.{column.name}')}"
        + (" not null" if column.required else "")
        for column in table.columns
    )
    return f"create table {_relation(schema, table.name)} ({columns})"


def finish(schema: str, table: Table) -> list[str]:
    """Key, index and statistics of a loaded table, and what it says of itself."""
    relation = _relation(schema, table.name)
    said = []
    if table.key:
        said.append(f"alter table {relation} add primary key ({', '.join(map(identifier, table.key))})")
    if table.day:
        said.append(f"create index on {relation} using brin ({identifier(table.day)}) with (pages_per_range = {PAGES})")
    if table.description:
        said.append(f"comment on table {relation} is {literal(table.description)}")
    said += [
        f"comment on column {relation}.{identifier(column.name)} is {literal(column.description)}"
        for column in table.columns
        if column.description
    ]
    return [*said, f"analyze {relation}"]


def references(schema: str, table: Table, tables: Mapping[str, Table]) -> list[str]:
    """Foreign keys to dimensions. NOT VALID: the gates have tested them, and nobody but a load ever writes here."""
    said = []
    for column in table.columns:
        target = tables.get(column.refers_to or "")
        if target and len(target.key) == 1:
            said.append(
                f"alter table {_relation(schema, table.name)} add foreign key ({identifier(column.name)})"
                f" references {_relation(schema, target.name)} ({identifier(target.key[0])}) not valid"
            )
    return said


def version_table(schema: str, version: str) -> list[str]:
    """A table of one row that says what is in here, for the foot of a report; and the same as comment of the schema."""
    relation = _relation(schema, VERSION_TABLE)
    return [
        f"create table {relation} (version text primary key, published_at timestamptz not null)",
        f"comment on table {relation} is 'Which published version of Ghala these tables are; one row.'",
        f"comment on column {relation}.version is 'Name of the version, as ghala versions lists it.'",
        f"comment on column {relation}.published_at is 'When readers of the file first saw it.'",
        f"comment on schema {identifier(schema)} is {literal(MARK + version)}",
    ]


def rights(schema: str) -> list[str]:
    """Reading for the role of readers, and nothing for anybody else."""
    return [
        f"revoke all on schema {identifier(schema)} from public",
        f"revoke all on all tables in schema {identifier(schema)} from public",
        f"grant usage on schema {identifier(schema)} to {identifier(READER)}",
        f"grant select on all tables in schema {identifier(schema)} to {identifier(READER)}",
    ]


def drop(schema: str, tables: Sequence[str]) -> list[str]:
    """Drop a schema with the tables that were loaded, and nothing that hangs on them: so never with cascade."""
    dropped = ", ".join(_relation(schema, table) for table in tables)
    return [*([f"drop table {dropped}"] if tables else []), f"drop schema {identifier(schema)}"]


def _relation(schema: str, table: str) -> str:
    return f"{identifier(schema)}.{identifier(table)}"
