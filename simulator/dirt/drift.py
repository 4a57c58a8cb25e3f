"""Schema drift for one day: a column with another name or type, one more, or one less."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from simulator.dirt.codecs import JSON, schema
from simulator.dirt.erp_edits import KEYS
from simulator.dirt.scene import Item, Row, Scene

KINDS = ("drift_rename", "drift_type", "drift_added", "drift_dropped")
ADDED = "row_version"
AUDITED = ("suppliers", "products", "warehouses", "promotions")
# Columns that a reader may ignore, and the ones by which it finds rows at all.
SPARED = frozenset({
    "updated_at", "created_at", "is_deleted", "name", "lines", "FirstName", "MiddleName", "LastName", "Other Party",
    "ReceivedAt", "customer_id",
})  # fmt: skip


def kind_today(scene: Scene, source: str) -> str | None:
    """The drift that hits a source on this day, if any."""
    return next((kind for kind in KINDS if scene.happens(kind, source)), None)


def _choose(scene: Scene, source: str, options: Sequence[str], what: str) -> str:
    return options[scene.number(len(options), scene.day, source, what)]


@dataclass(frozen=True)
class ErpDrift:
    """One table of the ERP is served by a view for a day; `undo` puts the table back."""

    kind: str
    relation: str
    column: str

    @classmethod
    def of(cls, scene: Scene) -> ErpDrift | None:
        """The drift of this day, None on nearly all days."""
        kind = kind_today(scene, "erp")
        if kind is None:
            return None
        table = _choose(scene, "erp", sorted(KEYS), "table")
        relation = f"audit.{table}" if table in AUDITED else f"erp.{table}"
        if relation not in schema():
            return None
        columns = [
            name
            for name, type_ in schema()[relation].items()
            if name not in (*KEYS[table], *SPARED) and (kind != "drift_type" or type_ not in ("text", "char(3)"))
        ]
        return cls(kind, relation, _choose(scene, "erp", columns, "column"))

    def item(self) -> Item:
        """Its line of the truth file."""
        column = ADDED if self.kind == "drift_added" else self.column
        return Item({"column": column}, self.relation.partition(".")[2], self.kind, lag=1)

    def apply(self, connection: psycopg.Connection) -> None:
        """Put a view with the changed schema in the table's place."""
        place, name = self.relation.split(".")
        parts: list[sql.Composable] = []
        for column in schema()[self.relation]:
            each = sql.Identifier(column)
            if column == self.column and self.kind == "drift_rename":
                parts.append(sql.SQL("{} AS {}").format(each, sql.Identifier(f"{column}_v2")))
            elif column == self.column and self.kind == "drift_type":
                parts.append(sql.SQL("{0}::text AS {0}").format(each))
            elif column != self.column or self.kind != "drift_dropped":
                parts.append(each)
        if self.kind == "drift_added":
            parts.append(sql.SQL("1 AS {}").format(sql.Identifier(ADDED)))
        view, table = sql.Identifier(place, name), sql.Identifier("sim", name)
        for statement in (
            sql.SQL("ALTER TABLE {} SET SCHEMA sim").format(view),
            sql.SQL("CREATE VIEW {} AS SELECT {} FROM {}").format(view, sql.SQL(", ").join(parts), table),
            sql.SQL("GRANT SELECT ON {} TO ghala_reader").format(view),
        ):
            connection.execute(statement)

    def undo(self, connection: psycopg.Connection) -> None:
        """Put the table back."""
        place, name = self.relation.split(".")
        connection.execute(sql.SQL("DROP VIEW {}").format(sql.Identifier(place, name)))
        connection.execute(
            sql.SQL("ALTER TABLE {} SET SCHEMA {}").format(sql.Identifier("sim", name), sql.Identifier(place))
        )


@dataclass(frozen=True)
class RowDrift:
    """A change of every row of a table; `table` is an API resource or the first part of a file's name."""

    kind: str
    table: str
    column: str

    @classmethod
    def of(cls, scene: Scene, source: str, tables: dict[str, list[Row]]) -> RowDrift | None:
        """The drift of this day, chosen among the tables that have rows. tables: rows as delivered."""
        kind = kind_today(scene, source)
        filled = sorted(name for name, rows in tables.items() if rows)
        if kind is None or not filled:
            return None
        table = _choose(scene, source, filled, "table")
        rows = tables[table]
        usable = [
            name
            for name in rows[0]
            if name not in SPARED
            and all(name in row for row in rows)
            and any(row[name] not in (None, "") for row in rows)
            and (kind != "drift_type" or all(_is_plain(row[name]) for row in rows))
        ]
        return cls(kind, table, _choose(scene, source, usable, "column")) if usable else None

    def item(self, table: str, lag: int = 1) -> Item:
        """Its line of the truth file."""
        return Item({"column": ADDED if self.kind == "drift_added" else self.column}, table, self.kind, lag=lag)

    def row(self, row: Row) -> Row:
        """The row in the changed schema."""
        if self.kind == "drift_added":
            added: dict[str, Any] = {ADDED: "1"}
            if isinstance(row.get("lines"), list) and self.table != "orders":
                return {**row, "lines": [{**line, **added} for line in row["lines"]]}
            return {**row, **added}
        if self.kind == "drift_dropped":
            return {name: value for name, value in row.items() if name != self.column}
        if self.kind == "drift_rename":
            return {f"{name}_v2" if name == self.column else name: value for name, value in row.items()}
        return {name: _other_type(value) if name == self.column else value for name, value in row.items()}

    def line(self, line: bytes) -> bytes:
        """The same for a record as JSON text."""
        return JSON.dump(self.row(JSON.load(line.decode()))).encode()

    def as_json(self) -> dict[str, str]:
        """For the list of files behind the API."""
        return {"kind": self.kind, "table": self.table, "column": self.column}


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float)


def _other_type(value: Any) -> Any:
    """Never a value of the same type: an object in JSON."""
    return None if value is None else {"value": value}


def as_text(value: Any) -> str:
    """The drift of a type where all values are text: a number or time with words around it."""
    return f"ca. {value} (see remark)"
