"""Erasing a person in bronze, and rotating the keys of pseudonyms: killed, tried again, and sent again."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from orchestration.errors import ConfigError
from orchestration.ingest import commit, erase, manifest, subject
from orchestration.ingest.manifest import LoadRecord
from orchestration.ingest.rewrite import Change, Rewriter
from orchestration.ingest.rotate import rotate
from tests.python.ingest.project import Project, contract, make

NEXT = date(2026, 3, 11)
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


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A shop that has sent its people and sales of a day."""
    monkeypatch.setenv("GHALA_HMAC_KEY", "first")
    files: dict[str, Any] = {"type": "files", "connection": "drop", "format": "csv"}
    columns = {"people": PEOPLE, "sales": SALES}
    documents = [
        contract(kind, {**files, "path": f"{name}_{{date:%Y%m%d}}.csv"}, custom={"blockThreshold": 50}, name=name)
        for name, kind in columns.items()
    ]
    project = make(tmp_path, *documents)
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


def test_a_person_goes_and_the_sales_stay(shop: Project) -> None:
    phone = read(shop, "people")["phone_hmac"][0]
    person = gone(shop)
    assert person.names == {"C1", phone.upper()} and person.rows == {"shop.people": 2, "shop.sales": 4}
    assert_erased(shop, person)
    assert [r.load_number for r in shop.records()] == [1, 2, 3, 4]
    assert "C1" not in (shop.home / subject.NAME).read_text() and phone not in (shop.home / subject.NAME).read_text()


def test_an_identifier_of_two_people_stays_with_the_other_one(shop: Project) -> None:
    before = read(shop, "sales")["payer_hmac"][3]
    person = gone(shop, "C9")
    assert (person.names, person.shared) == ({"C9"}, 1)
    assert read(shop, "sales")["payer_hmac"][3] == before


def test_who_was_erased_does_not_land_again(shop: Project) -> None:
    person = gone(shop)
    loads = shop.records()
    assert shop.land() == list(manifest.current(loads).values()) and shop.records() == loads
    shop.send("customer_id,phone,age\n c1,0712 345 678,30\nC3,0744000000,9\n", "people_20260311.csv")
    shop.send("sale_id,customer_id,payer,amount\nS6,C1,254712345678,5\nS7,C3,0744000000,x\n", "sales_20260311.csv")
    shop.land(NEXT)
    assert read(shop, "people")["customer_id"].to_list() == ["C3"]
    assert read(shop, "sales").rows() == [("S6", None, None, 5)]
    assert read(shop, "sales", "quarantine")["customer_id"].to_list() == ["C3"]
    assert not [name for name in person.names if name in everything(shop).upper()]
    assert_conserved(shop)


@pytest.mark.parametrize("steps", range(2))
def test_a_killed_erasure_is_ended_by_the_next_one(shop: Project, steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    die_after(steps, monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        gone(shop)
    monkeypatch.undo()
    monkeypatch.setenv("GHALA_HMAC_KEY", "first")
    commit.recover(shop.home)
    person = gone(shop)
    assert_erased(shop, person)
    assert len(subject.read(shop.home)) == 1


def die_after(steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process ends before it rewrites one file more."""
    real, done = Rewriter.load, []

    def load(self: Rewriter, record: LoadRecord, change: Change) -> LoadRecord:
        if len(done) == steps:
            raise KeyboardInterrupt
        done.append(record)
        return real(self, record, change)

    monkeypatch.setattr(Rewriter, "load", load)


@pytest.mark.parametrize("steps", [None, 0, 1])
def test_new_keys_change_every_pseudonym_and_no_join(
    shop: Project, steps: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = everything(shop)
    joined = read(shop, "sales").join(read(shop, "people"), left_on="payer_hmac", right_on="phone_hmac")
    if steps is not None:
        die_after(steps, monkeypatch)
        with pytest.raises(KeyboardInterrupt):
            rotate(shop.home, shop.contracts, (b"first", b"second"), "rotate")
        monkeypatch.undo()
        monkeypatch.setenv("GHALA_HMAC_KEY", "first,second")
        with pytest.raises(ConfigError, match="has not ended"):
            shop.land()
        commit.recover(shop.home)
    rotate(shop.home, shop.contracts, (b"first", b"second"), "rotate")
    again = read(shop, "sales").join(read(shop, "people"), left_on="payer_hmac", right_on="phone_hmac")
    assert again.drop("payer_hmac").equals(joined.drop("payer_hmac"))
    hashes = {word for line in old.splitlines() for word in line.split(",") if len(word) == 64}
    assert len(hashes) == 3 and not [one for one in hashes if one in everything(shop)]
    monkeypatch.setenv("GHALA_HMAC_KEY", "first,second")
    loads = shop.records()
    shop.land()
    assert shop.records() == loads
    assert_conserved(shop)


def test_who_was_erased_stays_so_after_a_rotation(shop: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    gone(shop)
    rotate(shop.home, shop.contracts, (b"first", b"second"), "rotate")
    monkeypatch.setenv("GHALA_HMAC_KEY", "first,second")
    person = gone(shop, "C2")
    loads = shop.records()
    shop.land()
    assert shop.records() == loads
    assert read(shop, "people")["customer_id"].to_list() == ["C8", "C9"]
    assert read(shop, "sales")["payer_hmac"].null_count() == 3 and "C2" in person.names


@pytest.mark.parametrize("keys", ["other", "second,first", "first,second"])
def test_other_keys_than_those_of_bronze_are_refused(shop: Project, keys: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GHALA_HMAC_KEY", keys)
    with pytest.raises(ConfigError, match="not what bronze was hashed with"):
        shop.land()
    if not keys.startswith("first"):
        with pytest.raises(ConfigError, match="not the former chain"):
            rotate(shop.home, shop.contracts, tuple(key.encode() for key in keys.split(",")), "rotate")
    with pytest.raises(ConfigError, match="no contract says which rows are about a supplier"):
        erase.find(shop.home, shop.contracts, "supplier", "S1")
