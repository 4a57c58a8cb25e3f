"""An erasure with other keys than those of bronze is refused: its marks would keep nobody out."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from orchestration import renewal
from orchestration.errors import ConfigError
from orchestration.ingest import commit, keyring, subject
from orchestration.ingest.rotate import rotate
from orchestration.progress import silent
from tests.python.ingest.people import assert_erased, die_after, gone, read, shop_of_people
from tests.python.ingest.project import Project, tree


@pytest.fixture(autouse=True)
def _first_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GHALA_HMAC_KEY", "first")


def content(project: Project) -> dict[str, bytes]:
    return {name: data for name, data in tree(project.home).items() if not name.startswith(".lock")}


def assert_refused(project: Project, match: str) -> None:
    """Neither the look-up nor the erasure goes on, and no byte changes."""
    before = content(project)
    with pytest.raises(ConfigError, match=match):
        renewal.look_for(project.settings, project.contracts, "customer", "C1")
    with pytest.raises(ConfigError, match=match):
        renewal.erase_person(project.settings, project.contracts, "customer", "C1", silent)
    assert content(project) == before and subject.NAME not in before


def test_other_keys_are_refused_and_the_right_one_erases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = shop_of_people(tmp_path)
    for keys in ("frist", "first,second"):
        monkeypatch.setenv("GHALA_HMAC_KEY", keys)
        assert_refused(shop, "not what bronze was hashed with")
    monkeypatch.setenv("GHALA_HMAC_KEY", "first")
    assert_erased(shop, gone(shop))
    loads = shop.records()
    shop.land()
    assert shop.records() == loads


def test_a_rotation_ends_before_anybody_is_erased(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = shop_of_people(tmp_path)
    with monkeypatch.context() as patch:
        die_after(1, patch)
        with pytest.raises(KeyboardInterrupt):
            rotate(shop.home, shop.contracts, (b"first", b"second"), "rotate")
    commit.recover(shop.home)
    for keys in ("first", "first,second"):
        monkeypatch.setenv("GHALA_HMAC_KEY", keys)
        assert_refused(shop, "has not ended")


def test_the_first_erasure_says_which_keys_hold_where_nothing_is_hashed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = shop_of_people(tmp_path, dropped=("phone", "payer"))
    before = content(shop)
    assert renewal.look_for(shop.settings, shop.contracts, "customer", "C1").names == {"C1"}
    assert content(shop) == before and keyring.read(shop.home) is None
    gone(shop)
    monkeypatch.setenv("GHALA_HMAC_KEY", "other")
    with pytest.raises(ConfigError, match="not what bronze was hashed with"):
        shop.land()
    monkeypatch.setenv("GHALA_HMAC_KEY", "first")
    shop.land()
    assert read(shop, "people")["customer_id"].to_list() == ["C2", "C8", "C9"]


def test_who_is_erased_before_anything_lands_stays_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = shop_of_people(tmp_path)
    for folder in ("bronze", "quarantine"):
        shutil.rmtree(shop.home / folder)
    built: list[Any] = []
    monkeypatch.setattr(renewal, "_renew", lambda *settings: built.append(settings))
    renewal.erase_person(shop.settings, shop.contracts, "customer", "C1", silent)
    shop.land()
    assert len(built) == 1 and read(shop, "people")["customer_id"].to_list() == ["C2", "C8", "C9"]
