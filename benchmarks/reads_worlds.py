"""Copies of a star for the reading benchmark: the layout before, and ten times the transactions."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb

TIMES = 10
# One row per event, or at worst (returns by batch) as many as events. All other tables are bounded
# by products, warehouses, bins, hours and days, however much is sold.
TRANSACTIONS = (
    "agg_return_reasons", "agg_suspense", "fct_inventory_movements", "fct_order_fulfilment",
    "fct_order_lines", "fct_payments", "fct_procurement_pipeline", "fct_purchase_order_lines", "fct_receipts",
    "fct_returns", "fct_shipments", "fct_stock_counts", "fct_web_events",
)  # fmt: skip
# What names an event: each copy is one of its own, or counts of distinct names would not grow.
NAMES = ("count_id", "event_id", "order_id", "po_number", "provider_txn_id", "return_id", "session_id", "shipment_id")
DAY = {"fct_procurement_pipeline": "promised_date"}
ORDERED_BY = {"agg_return_reasons": "returned_qty desc"}  # within a month; all others by their day
Columns = Mapping[str, list[str]]


def columns_of(star: Path) -> dict[str, list[str]]:
    """All columns by published table (`marts.fct_payments`)."""
    with duckdb.connect(str(star), read_only=True) as connection:
        rows = connection.execute(
            "select schema_name || '.' || table_name, list(column_name order by column_index)"
            " from duckdb_columns() where schema_name in ('marts', 'ops') group by all"
        ).fetchall()
    return dict(rows)


def last_day_of(star: Path) -> date:
    """The last closed day."""
    with duckdb.connect(str(star), read_only=True) as connection:
        day: date = connection.execute("select max(business_date) from marts.fct_inventory_daily").fetchall()[0][0]
    return day


def without_layout(star: Path, target: Path, columns: Columns) -> None:
    """The same tables with the facts in an order that says nothing, and without aggregates."""
    with _copying(star, target) as connection:
        for table, names in columns.items():
            if ".agg_" not in table:
                order = " order by hash(rowid)" if ".fct_" in table else ""
                connection.execute(f"create table {table} as select {', '.join(names)} from star.{table}{order}")


def ten_fold(star: Path, target: Path, columns: Columns) -> None:
    """The tables with ten times the transactions, stored by day as Ghala stores them."""
    with _copying(star, target) as connection:
        for table, names in columns.items():
            source = f"star.{table}"
            if table.partition(".")[2] not in TRANSACTIONS:
                connection.execute(f"create table {table} as select {', '.join(names)} from {source}")
                continue
            day = DAY.get(table.partition(".")[2], "business_date")
            order = ORDERED_BY.get(table.partition(".")[2], day)
            copied = ", ".join(f"{name} || '-' || copy as {name}" if name in NAMES else name for name in names)
            rows = f"select {copied} from {source} cross join range({TIMES}) as copies(copy)"
            connection.execute(f"create table {table} as {rows} limit 0")
            months = f"select distinct date_trunc('month', {day}) from {source} order by 1 nulls last"
            # Month by month: no sort is larger than the memory of a small machine.
            for (month,) in connection.execute(months).fetchall():
                connection.execute(
                    f"insert into {table} {rows} where date_trunc('month', {day}) is not distinct from $month"
                    f" order by {order}",
                    {"month": month},
                )


def _copying(star: Path, target: Path) -> duckdb.DuckDBPyConnection:
    target.unlink(missing_ok=True)
    connection = duckdb.connect(str(target))
    connection.execute(f"attach '{star}' as star (read_only)")
    connection.execute("create schema marts; create schema ops")
    return connection
