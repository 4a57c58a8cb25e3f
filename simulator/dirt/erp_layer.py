"""Dirt for the ERP: texts of the day's tables, and what must happen in the database beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from simulator.dirt import deletes
from simulator.dirt.carry import Carry
from simulator.dirt.codecs import Copy
from simulator.dirt.drift import ErpDrift
from simulator.dirt.editor import Edited, Rule, edit, merged
from simulator.dirt.erp_edits import KEYS, RULES, follow, over_receipt
from simulator.dirt.hidden import hide
from simulator.dirt.scene import Scene

# Tables that only grow: a corrected row must replace the one that is there.
GROWING = ("erp.goods_receipts", "erp.inventory_ledger")
Tables = dict[str, str]
SINK = "erp"


@dataclass(frozen=True)
class Fix:
    """One thing to do after the day's rows are in: rows that replace others by key, or a key that vanishes."""

    table: str
    text: str = ""
    key: dict[str, Any] | None = None

    def apply(self, connection: psycopg.Connection) -> None:
        """Do it; the table has its key by now."""
        name = sql.Identifier(*self.table.split("."))
        if self.key is not None:
            where = sql.SQL(" AND ").join(
                sql.SQL("{} = {}").format(sql.Identifier(column), sql.Literal(value))
                for column, value in self.key.items()
            )
            connection.execute(sql.SQL("DELETE FROM {} WHERE {}").format(name, where))
            return
        columns = Copy.of(self.table).columns
        key = KEYS[self.table.partition(".")[2]]
        connection.execute(sql.SQL("CREATE TEMP TABLE corrected (LIKE {}) ON COMMIT DROP").format(name))
        with connection.cursor() as cursor, cursor.copy("COPY corrected FROM STDIN") as copy:
            copy.write(self.text)
        connection.execute(
            sql.SQL("UPDATE {} t SET {} FROM corrected c WHERE {}").format(
                name,
                sql.SQL(", ").join(sql.SQL("{0} = c.{0}").format(sql.Identifier(c)) for c in columns if c not in key),
                sql.SQL(" AND ").join(sql.SQL("t.{0} = c.{0}").format(sql.Identifier(c)) for c in key),
            )
        )
        connection.execute("DROP TABLE corrected")


def _ordered(text: str) -> dict[tuple[str, str], int]:
    """Ordered quantity by order and line of the purchase order lines that changed today."""
    rows = (line.split("\t") for line in text.splitlines())
    return {(row[0], row[1]): int(row[3]) for row in rows}


class ErpLayer:
    """Lays dirt over the tables of one day."""

    def __init__(self, scene: Scene, carry: Carry) -> None:
        self.scene, self.carry = scene, carry
        self.fixes: list[Fix] = []
        self.sales: list[dict[str, Any]] = []  # orders that hide an ADJUST movement
        self.extra: dict[tuple[str, str], int] = {}

    def _rules(self, table: str, tables: Tables) -> list[Rule]:
        rules = list(RULES.get(table, ()))
        if table == "erp.goods_receipts":
            rules.insert(0, over_receipt(_ordered(tables["erp.purchase_order_lines"]), self.extra))
        if table == "erp.inventory_ledger":
            rules[:0] = [follow(self.extra), hide(self.sales)]
        return rules

    def tables(self, tables: Tables) -> Tables:
        """The day's tables with dirt; receipts come before the ledger that follows them."""
        result = dict(tables)
        for table in sorted(tables):
            lines, short = tables[table].splitlines(), table.partition(".")[2]
            edited = edit(self.scene, short, lines, Copy.of(table), self._rules(table, tables))
            if edited.now:
                result[table] = "".join(f"{line}\n" for line in merged(lines, edited))
            self._leave(table, edited)
            self.carry.note(self.scene, SINK, edited.items)
        for table, _, outcome in deletes.mistakes(self.scene):
            self._append(result, f"audit.{table}", deletes.line_of(table, outcome.now[0]))
            later = [(lag, 0, deletes.line_of(table, row)) for lag, row in outcome.later]
            self._leave(f"audit.{table}", Edited(later=later, gone=outcome.gone))
            self.carry.note(self.scene, SINK, outcome.items)
        self._arrive(result)
        return result

    @staticmethod
    def _append(tables: Tables, table: str, line: str) -> None:
        tables[table] = tables.get(table, "") + f"{line}\n"

    def _leave(self, table: str, edited: Edited) -> None:
        day = self.scene.day
        for lag, n, text in edited.later:
            replaces = table in GROWING and bool(edited.now.get(n))
            self.carry.due.append({"due": day + lag, "sink": SINK, "table": table, "text": text, "fix": replaces})
        for lag, key in edited.gone:
            target = table.replace("audit.", "erp.")
            self.carry.due.append({"due": day + lag, "sink": SINK, "table": target, "key": key})

    def _arrive(self, tables: Tables) -> None:
        """What earlier days left for today."""
        for note in self.carry.for_day(self.scene.day, SINK):
            if "key" in note:
                self.fixes.append(Fix(note["table"], key=note["key"]))
            elif note["fix"]:
                self.fixes.append(Fix(note["table"], note["text"] + "\n"))
            else:
                self._append(tables, note["table"], note["text"])

    def drift(self) -> ErpDrift | None:
        """The changed schema of this day."""
        return ErpDrift.of(self.scene)
