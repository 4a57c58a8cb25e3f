"""What was landed, as SQL sees it: the newest row of each key. Nothing of the models is used here."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from orchestration.contracts import contracts_of

ROOT = Path(__file__).resolve().parents[4]
Row = dict[str, Any]
MACROS = """
    create macro in_nairobi(moment) as cast(moment + interval 3 hour as date);
    create macro canonical(code) as upper(trim(code));
    create macro monday(day) as cast(date_trunc('week', day) as date);
"""


class Bronze:
    """A view per landed table (`erp_products`, and `erp_products__all` with all versions) and the last closed day."""

    def __init__(self, home: Path) -> None:
        self.connection = duckdb.connect()
        self.connection.execute(MACROS)
        loads = [json.loads(line) for line in (home / "bronze" / "manifest.jsonl").read_text().splitlines()]
        self.closed_day = max(
            date.fromisoformat(load["logical_date"]) for load in loads if load["table"] == "inventory_ledger"
        )
        self.connection.execute(f"set variable closed_day = date '{self.closed_day}'")
        for contract in contracts_of(ROOT / "contracts"):
            self._view(home, contract.source, contract.table, contract.primary_key)
        rates = ROOT / "seeds" / "ref_vat_rates.csv"
        self.connection.execute(f"create view vat_rates as select * from read_csv('{rates}')")

    def _view(self, home: Path, source: str, table: str, key: tuple[str, ...]) -> None:
        files = home / "bronze" / source / table
        everything = f"select * from read_parquet('{files}/**/*.parquet', filename=true, hive_partitioning=false)"
        self.connection.execute(f"create view {source}_{table}__all as {everything}")
        columns = {name for name, *_ in self.connection.execute(f"describe {everything}").fetchall()}
        newest = "updated_at desc, filename desc" if "updated_at" in columns else "filename desc"
        member = ", ".join(column for column in key if column != "updated_at")  # a source of versions has both
        alive = "where not coalesce(is_deleted, false)" if "is_deleted" in columns else ""
        self.connection.execute(
            f"create table {source}_{table} as select * from ({everything}"
            f" qualify row_number() over (partition by {member} order by {newest}) = 1) {alive}"
        )

    def rows(self, sql: str) -> list[Row]:
        """The answer of a query as dictionaries."""
        result = self.connection.execute(sql)
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
