"""A shop that sends its people and their sales: for tests of erasure and of the keys of pseudonyms."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from orchestration.ingest import erase, manifest
from orchestration.ingest.manifest import LoadRecord
from orchestration.ingest.rewrite import Change, Rewriter
from tests.python.ingest.project import Project, contract, make

NAMES = [{"property": "dataSubject", "value": "customer"}]
PHONE = [*NAMES, {"property": "normalise", "value": "msisdn"}]
PEOPLE: dict[str, dict[str, Any]] = {
    "customer_id": {"type": "VARCHAR", "primaryKey": True, "customProperties": NAMES},
    "phone": {"type": "VARCHAR", "encryptedName": "phone_hmac", "customProperties": PHONE},
    "age": {"type": "BIGINT"},
}
SALES: dict[str, dict[str, Any]] = {
    "sale_id": {"type": "VARCHAR", "primaryKey": True},
    "customer_id": {"type": "VARCHAR", "required": True, "customProperties": NAMES},
    "payer": {"type": "VARCHAR", "encryptedName": "payer_hmac", "customProperties": PHONE},
    "amount": {"type": "BIGINT", "required": True},
}
# C9 and C8 share a phone; a sale of C1 is broken, and so is a row about C1.
SENT = {
    "people": "customer_id,phone,age\nC1,0712345678,30\nC2,0722000000,31\nC8,0733000000,1\nC9,0733000000,1\nc1 ,,old\n",
    "sales": "sale_id,customer_id,payer,amount\nS1,C1,+254712345678,5\nS2, c1,0722000000,7\nS3,C2,0712345678,9\n"
    "S4,C9,0733000000,1\nS5,C1,0712345678,many\n",
}


def shop_of_people(folder: Path, dropped: tuple[str, ...] = ()) -> Project:
    """A shop that has sent its people and sales of a day, landed without the dropped columns."""
    files: dict[str, Any] = {"type": "files", "connection": "drop", "format": "csv"}
    documents = [
        contract(
            {column: kind for column, kind in columns.items() if column not in dropped},
            {**files, "path": f"{name}_{{date:%Y%m%d}}.csv"},
            custom={"blockThreshold": 50, "dropColumns": [column for column in columns if column in dropped]},
            name=name,
        )
        for name, columns in (("people", PEOPLE), ("sales", SALES))
    ]
    project = make(folder, *documents)
    for name, text in SENT.items():
        project.send(text, f"{name}_20260310.csv")
    project.land()
    return project


def read(project: Project, table: str, root: str = "bronze") -> pl.DataFrame:
    current = manifest.current(project.records()).values()
    names = {record.table: record.file if root == "bronze" else record.quarantine_file for record in current}
    return pl.read_parquet(project.home / root / str(names[table]))


def gone(project: Project, who: str = "C1") -> erase.Person:
    """Erase somebody as the command does, without a build."""
    person = erase.find(project.home, project.contracts, "customer", who)
    erase.remember(project.home, "customer", person, "erase")
    erase.rewrite(project.home, project.contracts, person, "erase")
    return person


def everything(project: Project) -> str:
    """All rows of all files, whether they count or not."""
    return "\n".join(pl.read_parquet(file).cast(pl.String).write_csv() for file in project.home.rglob("*.parquet"))


def assert_conserved(project: Project) -> None:
    for r in manifest.current(project.records()).values():
        assert r.rows + r.quarantined + r.deduplicated == r.extracted
        frame = pl.read_parquet(project.home / "bronze" / r.file)
        assert frame.height == r.rows


def assert_erased(project: Project, person: erase.Person) -> None:
    assert read(project, "people")["customer_id"].to_list() == ["C2", "C8", "C9"]
    sales = read(project, "sales")
    assert sales["customer_id"].to_list() == [None, None, "C2", "C9"]
    assert [value is None for value in sales["payer_hmac"]] == [True, False, True, False]
    assert sales["amount"].to_list() == [5, 7, 9, 1]
    assert not [name for name in person.names if name in everything(project).upper()]
    assert_conserved(project)


def die_after(steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process ends before it rewrites one file more."""
    real = Rewriter.load
    done: list[LoadRecord] = []

    def load(self: Rewriter, record: LoadRecord, change: Change) -> LoadRecord:
        if len(done) == steps:
            raise KeyboardInterrupt
        done.append(record)
        return real(self, record, change)

    monkeypatch.setattr(Rewriter, "load", load)
