"""Rows by key as the sources have them, read without Ghala's extraction, against what bronze and the warehouse have."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import fastexcel
import httpx
import psycopg
import pyarrow.parquet as pq

from orchestration.ingest import manifest
from orchestration.ingest.model import Contract

Key = tuple[str, ...]
VERSIONS = {
    "c2b_confirmations": "mpesa_confirmations",
    "stk_callbacks": "mpesa_callbacks",
    "reversals": "mpesa_reversals",
    "statements": "mpesa_statement_lines",
    "events": "web_events",
    "adjustments": "stock_adjustments",
    "price_quotes": "supplier_quotes",
    "inventory_ledger": "inventory_movements",
    "price_list": "prices",
}
BY_NUMBER = "$"  # keys of files and lines have no name in the source: they are compared by their number


@dataclass(frozen=True)
class Compared:
    """Keys of one table: `lost` are in the source and not landed, `invented` the other way, `doubled` twice current."""

    table: str
    keys: int
    lost: int
    invented: int
    doubled: int
    examples: tuple[Key, ...] = ()


def compare(
    contracts: Iterable[Contract], home: Path, environment: Mapping[str, str], through: date
) -> list[dict[str, Any]]:
    """Every table. environment: the connections of the sources themselves, not of a relay before them."""
    return [asdict(_compare(contract, home, environment, through)) for contract in contracts]


def _compare(contract: Contract, home: Path, environment: Mapping[str, str], through: date) -> Compared:
    end = datetime(through.year, through.month, through.day, tzinfo=UTC) + timedelta(days=1)
    names = {column.name: column.source_name for column in contract.columns}
    wanted = [names[name] for name in contract.primary_key]
    rows = _rows(contract, environment, end)
    doubled = _doubled(contract, home)
    if any(name.startswith(BY_NUMBER) for name in wanted):
        there, landed = sum(1 for _ in rows), len(_landed(contract, home, environment))
        return Compared(contract.key, there, max(there - landed, 0), max(landed - there, 0), doubled)
    source = {tuple(_plain(row.get(name)) for name in wanted) for row in rows}
    landed_keys = _landed(contract, home, environment)
    lost = source - landed_keys
    return Compared(contract.key, len(source), len(lost), len(landed_keys - source), doubled, tuple(sorted(lost)[:3]))


def _plain(value: Any) -> str:
    """A value as text, whichever way it was read; moments in UTC."""
    if isinstance(value, str) and len(value) > 18 and value[10] == "T" and value[:4].isdigit():
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        moment = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        return moment.isoformat(sep=" ", timespec="microseconds")
    return str(value).strip()


def _landed(contract: Contract, home: Path, environment: Mapping[str, str]) -> set[Key]:
    """The keys in bronze. A row in quarantine is none of them: no dirt of a year breaks a rule.

    Neither are those of files that the source has removed since (the web shop keeps 92 days): nothing tells what
    was in them.
    """
    records = manifest.current(manifest.read(home)).values()
    mine = [record for record in records if (record.source, record.table) == (contract.source, contract.table)]
    folder = Path(environment.get(f"GHALA_{contract.extraction.connection.upper()}_DIR", ""))
    there = [record for record in mine if _is_there(record, folder)]
    files = [str(home / "bronze" / record.file) for record in there if record.rows]
    keys = ", ".join(f'"{name}"' for name in contract.primary_key)
    found: set[Key] = set()
    with duckdb.connect() as connection:
        if files:
            rows = connection.execute(f"select distinct {keys} from read_parquet({files}, union_by_name=true)")
            found |= {tuple(_plain(value) for value in row) for row in rows.fetchall()}
    return found


def _is_there(record: manifest.LoadRecord, folder: Path) -> bool:
    return not record.files or any((folder / file.name).exists() for file in record.files)


def _doubled(contract: Contract, home: Path) -> int:
    table = f"int_{VERSIONS.get(contract.table, contract.table)}__versions"
    keys = ", ".join(f'"{name}"' for name in contract.primary_key)
    if not (home / "warehouse.duckdb").is_file():
        return 0
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        columns = {
            row[0]
            for row in connection.execute(
                "select column_name from duckdb_columns() where table_name = ?", (table,)
            ).fetchall()
        }
        if not {"_is_latest", *contract.primary_key} <= columns:
            return 0
        twice = f"select 1 from intermediate.{table} where _is_latest group by {keys} having count(*) > 1"
        answer = connection.execute(f"select count(*) from ({twice})").fetchone()
        return int(answer[0]) if answer else 0


def _rows(contract: Contract, environment: Mapping[str, str], end: datetime) -> Iterator[Mapping[str, Any]]:
    name = contract.extraction.connection.upper()
    match contract.extraction.type:
        case "postgres":
            return _table(contract, environment[f"GHALA_{name}_DSN"], end)
        case "rest":
            return _records(contract, environment[f"GHALA_{name}_URL"], environment[f"GHALA_{name}_TOKEN"], end)
        case _:
            return _files(contract, Path(environment[f"GHALA_{name}_DIR"]))


def _table(contract: Contract, dsn: str, end: datetime) -> Iterator[Mapping[str, Any]]:
    cursor = contract.cursor_column
    assert cursor is not None
    with psycopg.connect(dsn, row_factory=psycopg.rows.dict_row) as connection:
        sql = f"select * from {contract.extraction.relation} where {cursor.source_name} < %s"
        yield from connection.execute(sql.encode(), (end,))


def _records(contract: Contract, url: str, token: str, end: datetime) -> Iterator[Mapping[str, Any]]:
    extraction = contract.extraction
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=60) as client:
        asked: dict[str, str | int] = {"limit": 5000, "updated_before": end.isoformat()}
        while True:
            answer = client.get(str(extraction.path), params=asked)
            if answer.status_code == 429:
                continue
            page = answer.raise_for_status().json()
            for record in page["data"]:
                lines = [record] if extraction.nested is None else record[extraction.nested]
                yield from ({**record, **line} for line in lines)
            if page["next_cursor"] is None:
                return
            asked["cursor"] = page["next_cursor"]


def _files(contract: Contract, folder: Path) -> Iterator[Mapping[str, Any]]:
    pattern = str(contract.extraction.path)
    while "{date" in pattern:
        before, _, rest = pattern.partition("{date")
        form, _, after = rest.partition("}")
        pattern = before + "/".join("*" for _ in form.split("/")) + after
    for file in sorted(folder.glob(pattern)):
        if file.name.startswith("~$"):
            continue
        match contract.extraction.format:
            case "parquet":
                yield from pq.read_table(file).to_pylist()
            case "excel":
                sheet = fastexcel.read_excel(file).load_sheet(0, dtypes="string").to_arrow().to_pylist()
                yield from (row for row in sheet if not str(next(iter(row.values()))).upper().startswith("TOTAL"))
            case "csv":
                with file.open(encoding="utf-8-sig", errors="replace", newline="") as text:
                    header = text.readline()
                    text.seek(0)
                    yield from csv.DictReader(text, delimiter=max(contract.extraction.delimiter, key=header.count))
            case _:
                for line in file.read_text().splitlines():
                    if line.strip():
                        yield _Paths(json.loads(line))


class _Paths(dict[str, Any]):
    """A nested record that answers to paths such as Body.stkCallback.CheckoutRequestID."""

    def get(self, name: str, default: Any = None) -> Any:
        value: Any = dict(self)
        for part in name.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        return value
