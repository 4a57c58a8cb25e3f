"""The tables `ops.source_outage` and `ops.mart_freshness`, filled from the outages, the manifest and dbt's lineage."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from orchestration.ingest import manifest as loads
from orchestration.ingest import outages
from orchestration.ops import shape, staleness
from orchestration.ops.star import Connection, mark_table


def fill(connection: Connection, home: Path, manifest: Mapping[str, Any]) -> None:
    """Both tables as they are now; `manifest` is dbt's."""
    records = loads.read(home)
    landed = {record.partition for record in records}
    known = outages.read(home)
    rows = [
        (o.source, o.table, o.message, o.owner, o.run_id, o.partition not in landed, o.logical_date, o.failed_at)
        for o in known
    ]
    _replace(connection, "source_outage", rows)
    ages = staleness.mart_ages(
        staleness.lineage(manifest), staleness.newest_days(landed), staleness.stale_tables(known, records)
    )
    marts = [(a.mart, ", ".join(a.stale_sources), bool(a.stale_sources), a.as_of and str(a.as_of)) for a in ages]
    _replace(connection, "mart_freshness", marts)


def _replace(connection: Connection, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """All rows of a table at once; a column of values is one parameter."""
    columns = shape.TABLES[table]
    values = list(zip(*rows, strict=True)) or [() for _ in columns]
    lists = ", ".join(f"unnest(?::{'BOOLEAN' if kind == 'BOOLEAN' else 'VARCHAR'}[])" for kind in columns.values())
    casts = ", ".join(f'"{name}"::{kind} as "{name}"' for name, kind in columns.items())
    names = ", ".join(f'"{name}"' for name in columns)
    connection.execute(
        f"create or replace table ops.{table} as select {casts} from (select {lists}) as rows ({names})",
        [list(column) for column in values],
    )
    mark_table(connection, table)
