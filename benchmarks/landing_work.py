"""The pieces of work that the landing benchmark measures, each run as a process of its own."""

# ruff: noqa: PLC0415  (each piece of work imports only what it needs: an import is part of its cost)

import os
import sys
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.landing_data import COLUMNS

DAY = date(2026, 6, 30)


def ghala(home: str, project: str, key: str) -> None:
    """Land one partition: contract, rules, quarantine, fsync, manifest."""
    from orchestration.config import Settings
    from orchestration.ingest.contract import load_contracts
    from orchestration.ingest.land import land

    settings = Settings(home=Path(home), project=Path(project), start_date=DAY)
    contracts = [contract for contract in load_contracts(settings.contracts) if contract.key == key]
    (record,) = land(settings, [(contracts[0], DAY)], "benchmark")
    if record.rows + record.quarantined + record.deduplicated != record.extracted or not record.extracted:
        raise SystemExit(f"rows were lost: {record}")


def duckdb_csv(csv: str, target: str) -> None:
    """DuckDB alone: CSV to Parquet with the same types, bad lines left out."""
    import duckdb

    columns = ", ".join(f"'{name}': '{type_}'" for name, type_ in COLUMNS.items())
    read = f"read_csv('{csv}', header=true, auto_detect=false, ignore_errors=true, columns={{{columns}}})"
    duckdb.sql(f"COPY (SELECT * FROM {read}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")


def duckdb_text(csv: str, target: str) -> None:
    """DuckDB alone: CSV to Parquet as text, since no row has the types."""
    import duckdb

    read = f"read_csv('{csv}', header=true, all_varchar=true)"
    duckdb.sql(f"COPY (SELECT * FROM {read}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")


def polars_csv(csv: str, target: str) -> None:
    """Polars alone: CSV to Parquet with the same types, bad values as null."""
    import polars as pl

    simple: dict[str, Any] = {
        "VARCHAR": pl.String,
        "BIGINT": pl.Int64,
        "DECIMAL(18,4)": pl.Decimal(18, 4),
        "TIMESTAMP": pl.Datetime("us"),
    }
    schema = {name: simple[type_] for name, type_ in COLUMNS.items()}
    pl.scan_csv(csv, schema=schema, ignore_errors=True).sink_parquet(target, compression="zstd")


def duckdb_postgres(dsn: str, target: str) -> None:
    """DuckDB alone: a PostgreSQL table to Parquet."""
    import duckdb

    from orchestration.ingest.extract.postgres import extension

    connection = duckdb.connect()
    connection.load_extension(extension())
    connection.execute(f"ATTACH '{dsn}' AS bench (TYPE postgres, READ_ONLY)")
    connection.execute(f"COPY (SELECT * FROM bench.movements) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")


def load_postgres(dsn: str, csv: str, rows: str) -> None:
    """Fill the table that the measured work reads; the bad quantities become 0."""
    import psycopg

    types = ", ".join(
        f"{name} {type_.replace('VARCHAR', 'text').replace('DECIMAL', 'numeric').replace('TIMESTAMP', 'timestamptz')}"
        for name, type_ in COLUMNS.items()
    )
    with psycopg.connect(dsn, autocommit=True) as connection, Path(csv).open(encoding="utf-8") as file:
        connection.execute(f"CREATE TABLE movements ({types})")
        with connection.cursor().copy("COPY movements FROM STDIN (FORMAT csv, HEADER)") as copy:
            for number, line in enumerate(file):
                if number > int(rows):
                    break
                copy.write(line.replace(",n/a,", ",0,"))
        connection.execute("VACUUM (FREEZE, ANALYZE) movements")


WORK = {work.__name__: work for work in (ghala, duckdb_csv, duckdb_text, polars_csv, duckdb_postgres, load_postgres)}

if __name__ == "__main__":
    os.environ.setdefault("TZ", "UTC")
    WORK[sys.argv[1]](*sys.argv[2:])
