"""Erasing a person in bronze, and rotating the keys of pseudonyms: killed, tried again, and sent again."""

from datetime import date
from pathlib import Path

import pytest

from orchestration.errors import ConfigError
from orchestration.ingest import commit, erase, manifest, subject
from orchestration.ingest.rotate import rotate
from tests.python.ingest.people import (
    assert_conserved,
    assert_erased,
    die_after,
    everything,
    gone,
    read,
    shop_of_people,
)
from tests.python.ingest.project import Project

NEXT = date(2026, 3, 11)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A shop that has sent its people and sales of a day."""
    monkeypatch.setenv("GHALA_HMAC_KEY", "first")
    return shop_of_people(tmp_path)


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
