"""Texts and names as they stand in SQL: nothing in them ends the quotes. DuckDB, SQLite and PostgreSQL agree on it."""

from pathlib import Path


def literal(text: str | Path) -> str:
    """A text, or the path of a file, in quotes."""
    return "'" + str(text).replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A name of a table, column or database in quotes."""
    return '"' + name.replace('"', '""') + '"'
