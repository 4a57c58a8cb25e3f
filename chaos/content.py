"""What a home holds, in a form to compare: tables by rows and checksum, loads by content."""

from pathlib import Path

import duckdb

from orchestration.ingest import manifest

Checksums = dict[str, tuple[int, str]]
KEPT = ("marts", "snapshots")  # `ops` is the history of runs: it differs by design


def checksums(*files: Path) -> Checksums:
    """Rows and a checksum of every table of the marts and snapshots in DuckDB files; the order of rows does not count.

    Columns that say which build wrote a row (their names start with `_`) are left out.
    """
    found: Checksums = {}
    with duckdb.connect() as connection:
        for file in files:
            connection.execute(f"attach '{file}' as held (read_only)")
            for schema, table in _tables(connection):
                sql = f"""
                    with kept as (select columns(c -> not starts_with(c, '_')) from held.{schema}."{table}")
                    select count(*), coalesce(sum(hash(kept::text)::hugeint), 0)::text from kept
                """
                rows, digest = connection.execute(sql).fetchone() or (0, "0")
                found[f"{schema}.{table}"] = (int(rows), str(digest))
            connection.execute("detach held")
    return found


def _tables(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    sql = f"select schema_name, table_name from duckdb_tables() where database_name = 'held' and schema_name in {KEPT}"
    return connection.execute(sql).fetchall()


def of_home(home: Path) -> Checksums:
    """The marts and snapshots that were built last."""
    return checksums(home / "star.duckdb", home / "warehouse.duckdb")


def published(home: Path) -> Checksums:
    """The marts that readers see."""
    return checksums((home / "serving" / "ghala.duckdb").resolve())


def loads(home: Path) -> dict[str, tuple[int, int, str]]:
    """Per landed partition: load number, rows and checksum of its file."""
    return {
        " ".join(map(str, record.partition)): (record.load_number, record.rows, record.sha256)
        for record in manifest.current(manifest.read(home)).values()
    }


def differing(found: dict[str, tuple[int, str]], wanted: dict[str, tuple[int, str]]) -> list[str]:
    """What is not the same in both, in words."""
    names = sorted(found.keys() | wanted.keys())
    return [
        f"{name}: {found.get(name, ('nothing',))[0]} rows, undisturbed {wanted.get(name, ('nothing',))[0]}"
        for name in names
        if found.get(name) != wanted.get(name)
    ]
