"""Bad rows of replaced loads that a vacuum has removed stop neither an erasure nor new keys; lost files do."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from orchestration import renewal
from orchestration.errors import GhalaError
from orchestration.ingest import commit, keyring, manifest, subject
from orchestration.ingest.rotate import rotate
from orchestration.progress import silent
from orchestration.vacuum.clean import vacuum
from orchestration.verify import repair
from tests.python.ingest.people import (
    SENT,
    assert_conserved,
    assert_erased,
    die_after,
    everything,
    gone,
    read,
    shop_of_people,
)
from tests.python.ingest.project import Project, tree

KEYS = (b"first", b"second")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A shop whose first delivery, with bad rows about C1 in both tables, was replaced long ago and vacuumed."""
    monkeypatch.setenv("GHALA_HMAC_KEY", "first")
    project = shop_of_people(tmp_path)
    project.send(SENT["people"] + "C7,,old\n", "people_20260310.csv")
    project.send(SENT["sales"] + "S6,C9,,many\n", "sales_20260310.csv")
    project.land()
    vacuum(project.settings, datetime.now(UTC) + timedelta(days=100), dry_run=False)
    assert [lost(project, number) for number in (1, 2, 3, 4)] == [True, True, False, False]
    return project


def bad_rows(project: Project, number: int) -> Path:
    record = next(record for record in project.records() if record.load_number == number)
    return project.home / "quarantine" / str(record.quarantine_file)


def lost(project: Project, number: int) -> bool:
    return not bad_rows(project, number).exists()


def content(project: Project) -> dict[str, bytes]:
    return {name: data for name, data in tree(project.home).items() if not name.startswith(".lock")}


def test_a_person_goes_after_a_vacuum(shop: Project) -> None:
    person = gone(shop)
    assert person.rows == {"shop.people": 2, "shop.sales": 4}
    assert_erased(shop, person)
    assert lost(shop, 1) and lost(shop, 2)


@pytest.mark.parametrize("steps", [None, 1])
def test_a_rotation_ends_after_a_vacuum(shop: Project, steps: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    hashes = {*read(shop, "people")["phone_hmac"].drop_nulls(), *read(shop, "sales")["payer_hmac"].drop_nulls()}
    if steps is not None:
        with monkeypatch.context() as patch:
            die_after(steps, patch)
            with pytest.raises(KeyboardInterrupt):
                rotate(shop.home, shop.contracts, KEYS, "rotate")
        commit.recover(shop.home)
    rotate(shop.home, shop.contracts, KEYS, "rotate")
    assert keyring.read(shop.home) == keyring.Keyring(keyring.prints(KEYS))
    assert len(hashes) == 3 and not [one for one in hashes if one in everything(shop)]
    assert lost(shop, 1) and lost(shop, 2)
    monkeypatch.setenv("GHALA_HMAC_KEY", "first,second")
    loads = shop.records()
    shop.land()
    assert shop.records() == loads
    assert_conserved(shop)


@pytest.mark.parametrize("table", ["people", "sales"])
@pytest.mark.parametrize("root", ["bronze", "quarantine"])
def test_a_lost_file_of_a_current_load_is_landed_again_first(shop: Project, root: str, table: str) -> None:
    record = manifest.current(shop.records())["shop", table, shop.records()[0].logical_date]
    name = record.file if root == "bronze" else record.quarantine_file
    (shop.home / root / str(name)).unlink()
    before = content(shop)
    for step in (
        lambda: renewal.look_for(shop.settings, shop.contracts, "customer", "C1"),
        lambda: renewal.erase_person(shop.settings, shop.contracts, "customer", "C1", silent),
        lambda: rotate(shop.home, shop.contracts, KEYS, "rotate"),
    ):
        with pytest.raises(GhalaError, match=f"load {record.load_number} (is|are) gone") as told:
            step()
        assert "ghala verify --repair" in told.value.next_step and content(shop) == before
    assert not (shop.home / subject.NAME).exists()
    assert [after.load_number for _, after in repair(shop.settings).reloaded] == [5]
    assert_erased(shop, gone(shop))
