"""The ERP database: load a history in one transaction, or apply one more day in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from simulator.errors import SimulatorError, disk_full

if TYPE_CHECKING:
    from simulator.dirt.layer import Clean

CHUNK = 4 << 20
# Documents that change after they were made; their history loads through a staging table.
KEYS = {
    "erp.purchase_orders": ("po_number",),
    "erp.purchase_order_lines": ("po_number", "line_no"),
    "erp.supplier_invoices": ("invoice_number", "line_no"),
    "audit.promotions": ("promo_code",),
    "audit.suppliers": ("supplier_code",),
    "audit.products": ("sku",),
    "audit.warehouses": ("warehouse_code",),
}
CHANGING = ("erp.purchase_orders", "erp.purchase_order_lines", "erp.supplier_invoices")
MASTERS = ("audit.suppliers", "audit.products", "audit.warehouses", "audit.promotions")


@contextmanager
def connect(dsn: str) -> Iterator[psycopg.Connection]:
    """A connection as owner; one transaction, committed at the end. Raises SimulatorError with the server's words."""
    try:
        with psycopg.connect(dsn) as connection:
            yield connection
    except (psycopg.errors.DiskFull, psycopg.errors.IoError) as error:
        raise disk_full(f"PostgreSQL: {error.diag.message_primary}") from error
    except psycopg.Error as error:
        raise SimulatorError(
            f"PostgreSQL refused: {str(error).strip()}",
            "the simulated ERP",
            "read sources/postgres.log, then start again",
        ) from error


def _name(table: str) -> sql.Identifier:
    return sql.Identifier(*table.split("."))


def _copy(connection: psycopg.Connection, table: str, text: str) -> None:
    statement = sql.SQL("COPY {} FROM STDIN").format(_name(table))
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(text)


class HistoryLoader:
    """Collects COPY text day by day and sends it in chunks, so that memory does not grow with the history."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection
        self.waiting: dict[str, list[str]] = {}
        self.length: dict[str, int] = {}
        here = Path(__file__).parent
        self.finish_sql = (here / "finish.sql").read_text(encoding="utf-8")
        connection.execute((here / "schema.sql").read_text(encoding="utf-8").encode())
        for table in CHANGING:
            statement = sql.SQL("CREATE TABLE {} (LIKE {})").format(_name(self._target(table)), _name(table))
            connection.execute(statement)

    @staticmethod
    def _target(table: str) -> str:
        return table.replace("erp.", "sim.") if table in CHANGING else table

    def add(self, tables: dict[str, str]) -> None:
        """Take the COPY texts of one day."""
        for table, text in tables.items():
            self.waiting.setdefault(table, []).append(text)
            self.length[table] = self.length.get(table, 0) + len(text)
            if self.length[table] > CHUNK:
                self._send(table)

    def _send(self, table: str) -> None:
        _copy(self.connection, self._target(table), "".join(self.waiting[table]))
        self.waiting[table], self.length[table] = [], 0

    def finish(self, last_day: int, dirt: Clean) -> None:
        """Send the rest, keep the last version of changing documents, make keys, and note the last day."""
        for table in self.waiting:
            self._send(table)
        for table in CHANGING:
            key = sql.SQL(", ").join(map(sql.Identifier, KEYS[table]))
            staging = _name(self._target(table))
            self.connection.execute(
                sql.SQL("INSERT INTO {0} SELECT DISTINCT ON ({1}) * FROM {2} ORDER BY {1}, updated_at DESC").format(
                    _name(table), key, staging
                )
            )
            self.connection.execute(sql.SQL("DROP TABLE {}").format(staging))
        self.connection.execute(self.finish_sql.encode())
        dirt.after(self.connection)
        self.connection.execute("INSERT INTO sim.applied VALUES (%s)", (last_day,))


def last_applied(connection: psycopg.Connection) -> int | None:
    """The last day index in the database, None if there is no world in it."""
    if connection.execute("SELECT to_regclass('sim.applied')").fetchone() == (None,):
        return None
    row = connection.execute("SELECT max(day) FROM sim.applied").fetchone()
    return None if row is None else row[0]


def _upsert(connection: psycopg.Connection, table: str, source: sql.Composable, key: tuple[str, ...]) -> None:
    names = [row[0] for row in connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 ORDER BY attnum", (table,)
    )]  # fmt: skip
    changed = sql.SQL(", ").join(
        sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in names if name not in key
    )
    connection.execute(
        sql.SQL("INSERT INTO {} {} ON CONFLICT ({}) DO UPDATE SET {}").format(
            _name(table), source, sql.SQL(", ").join(map(sql.Identifier, key)), changed
        )
    )


def apply_day(connection: psycopg.Connection, day: int, tables: dict[str, str], dirt: Clean) -> None:
    """Insert and update what one day brought; nothing happens if the day is already there.

    A master that changes twice on a day is updated twice, in the order of time, so that the audit trail gets both.
    """
    if connection.execute("SELECT 1 FROM sim.applied WHERE day = %s", (day,)).fetchone():
        return
    dirt.before(connection, day)
    for table, text in tables.items():
        if table not in KEYS:
            _copy(connection, table, text)
            continue
        connection.execute(sql.SQL("CREATE TEMP TABLE incoming (LIKE {}) ON COMMIT DROP").format(_name(table)))
        _copy(connection, "incoming", text)
        target = table.replace("audit.", "erp.")
        if table in MASTERS:
            moments = connection.execute("SELECT DISTINCT updated_at FROM incoming ORDER BY 1").fetchall()
            for (moment,) in moments:
                source = sql.SQL("SELECT * FROM incoming WHERE updated_at = {}").format(sql.Literal(moment))
                _upsert(connection, target, source, KEYS[table])
        else:
            _upsert(connection, target, sql.SQL("SELECT * FROM incoming"), KEYS[table])
        connection.execute("DROP TABLE incoming")
    dirt.after(connection)
    connection.execute("INSERT INTO sim.applied VALUES (%s)", (day,))
