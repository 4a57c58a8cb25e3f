"""Quarantined rows under a corrected contract: those that pass land, the rest stays, and each row is counted once."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.errors import ConfigError, GateError, GhalaError
from orchestration.ingest import manifest, store
from orchestration.ingest.manifest import LoadRecord
from orchestration.ingest.quarantine import list_batches, show
from orchestration.ingest.replay import Replayed, replay
from orchestration.verify import repair
from tests.python.ingest.project import DAY, SALES, Project, sales

ROOT = Path(__file__).parents[3]
HEAD = "id,qty,price,sold_on,updated_at\n"
STAMP = "2026-03-10,2026-03-10 08:00:00"
ROWS = HEAD + "".join(f"S{n:03},{n},1.50,{STAMP}\n" for n in range(20))
BAD = f"B1,150,1.50,{STAMP}\nB2,many,1.50,{STAMP}\nB3,101,1.50,2026-03-10,2026-03-10T08:00:00+03:00\n"


def made(folder: Path, rows: str = ROWS + BAD, **options: Any) -> Project:
    return sales(folder, rows, custom={"blockThreshold": 100}, **options)


def change(project: Project, column: str, **spec: Any) -> None:
    """Change a column of the contract."""
    file = project.settings.contracts / "shop" / "sales.odcs.yaml"
    document = yaml.safe_load(file.read_text())
    (entry,) = [entry for entry in document["schema"][0]["properties"] if entry["name"] == column]
    entry.update(spec)
    file.write_text(yaml.safe_dump(document, sort_keys=False))


def again(project: Project, target: str | None = None) -> list[Replayed]:
    return replay(project.settings, project.contracts, target, "replay")


def conserved(project: Project) -> None:
    for record in project.records():
        assert record.rows + record.quarantined + record.deduplicated == record.extracted
    for record in manifest.current(project.records()).values():
        assert project.rows(record).height == record.rows
        assert (project.bad_rows(record).height if record.quarantine_file else 0) == record.quarantined
        assert store.sha256(project.home / "bronze" / record.file) == record.sha256


def test_rows_that_pass_now_land_and_the_rest_stays_with_its_place_and_reason(tmp_path: Path) -> None:
    project = made(tmp_path)
    (first,) = project.land()
    change(project, "qty", logicalTypeOptions={"minimum": 0, "maximum": 200})
    (done,) = again(project, "shop.sales")
    assert (done.landed, done.repeated, done.kept) == (2, 0, 1)
    assert (done.after.load_number, done.after.extracted, done.after.rows) == (2, 23, 22)
    rows = project.rows(done.after).sort("id")
    assert rows["id"].to_list()[:2] == ["B1", "B3"]
    assert str(rows.filter(id="B3")["updated_at"].item()) == "2026-03-10 05:00:00", "the zone counts, as at landing"
    bad = show(project.home, 2)
    assert bad.select("id", "qty", "_row", "_load").rows() == [("B2", "many", 22, 2)]
    assert bad["_broken"].to_list() == [["qty_type"]]
    assert [(b.load_number, b.is_current) for b in list_batches(project.home)] == [(2, True), (1, False)]
    assert project.bad_rows(first).height == 3, "what the first load set aside is still there to read"
    conserved(project)


@pytest.mark.parametrize("is_cut", [False, True])
def test_rows_that_are_lost_are_named_with_the_way_to_get_them_back(tmp_path: Path, is_cut: bool) -> None:
    project = made(tmp_path)
    (first,) = project.land()
    file = project.home / "quarantine" / str(first.quarantine_file)
    whole = file.read_bytes()
    change(project, "qty", logicalTypeOptions={})
    if is_cut:
        file.write_bytes(whole[:100])
    else:
        file.unlink()
    with pytest.raises(GhalaError, match="the bad rows of load 1 are gone") as caught:
        again(project)
    assert caught.value.where == str(file) and "ghala verify --repair" in caught.value.next_step
    if not is_cut:
        with pytest.raises(GhalaError, match="no later load has taken its place"):
            show(project.home, 1)
    assert project.records() == [first]
    change(project, "qty", logicalTypeOptions={"minimum": 0, "maximum": 100})
    ((_, after),) = repair(project.settings).reloaded
    change(project, "qty", logicalTypeOptions={})
    assert [(one.before, one.landed, one.kept) for one in again(project)] == [(after, 2, 1)]
    conserved(project)


def test_a_second_replay_and_one_without_a_change_change_nothing(tmp_path: Path) -> None:
    project = made(tmp_path)
    project.land()
    assert [(one.landed, one.kept) for one in again(project)] == [(0, 3)]
    assert len(project.records()) == 1
    change(project, "qty", logicalTypeOptions={})
    again(project, "1")
    before = project.records()
    assert [(one.landed, one.kept) for one in again(project)] == [(0, 1)]
    assert project.records() == before


def test_all_rows_that_were_bad_may_land(tmp_path: Path) -> None:
    project = made(tmp_path, HEAD + BAD.replace("many", "500"))
    (record,) = project.land()
    assert (record.rows, record.quarantined) == (0, 3)
    change(project, "qty", logicalTypeOptions={})
    (done,) = again(project)
    assert (done.after.rows, done.after.quarantined, done.after.quarantine_file) == (3, 0, None)
    assert again(project) == []
    conserved(project)


def test_a_key_that_bronze_has_newer_counts_as_repeated_and_an_equal_one_keeps_what_was_read(tmp_path: Path) -> None:
    newer, older = STAMP.replace("08:", "09:"), STAMP.replace("08:", "07:")
    old = f"S001,150,9.00,{STAMP}\nS002,150,9.00,{newer}\nS003,150,9.00,{older}\n"
    project = made(tmp_path, ROWS + old)
    project.land()
    change(project, "qty", logicalTypeOptions={})
    (done,) = again(project)
    assert (done.landed, done.repeated, done.after.rows, done.after.deduplicated) == (0, 3, 20, 3)
    rows = project.rows(done.after).sort("id")
    assert [str(price) for price in rows["price"].to_list()[1:4]] == ["1.50", "9.00", "1.50"]
    conserved(project)


def test_hashed_columns_land_with_the_hash_they_would_have_and_a_bad_number_stays(tmp_path: Path) -> None:
    os.environ["GHALA_HMAC_KEY"] = "k" * 32
    phone = {
        "type": "VARCHAR",
        "encryptedName": "phone_hmac",
        "customProperties": [{"property": "normalise", "value": "msisdn"}],
    }
    columns = {"id": SALES["id"], "qty": SALES["qty"], "phone": phone, "updated_at": SALES["updated_at"]}
    head, stamp = "id,qty,phone,updated_at\n", "2026-03-10 08:00:00"
    rows = head + f"A,1,0712345678,{stamp}\nB,500,+254712345678,{stamp}\nC,500,none,{stamp}\nD,1,,{stamp}\n"
    project = made(tmp_path, rows, columns=columns)
    project.land()
    change(project, "qty", logicalTypeOptions={})
    (done,) = again(project)
    rows_now = project.rows(done.after)
    assert rows_now.sort("id")["id"].to_list() == ["A", "B", "D"]
    assert rows_now.filter(id="A")["phone_hmac"].item() == rows_now.filter(id="B")["phone_hmac"].item()
    bad = show(project.home, done.after.load_number)
    assert (bad["id"].to_list(), bad["_broken"].to_list()) == (["C"], [["phone_hmac_type"]])
    assert "none" not in bad["phone_hmac"].to_list()
    conserved(project)


def test_a_column_that_was_added_since_is_null_and_a_changed_type_stops(tmp_path: Path) -> None:
    project = made(tmp_path)
    project.land()
    file = project.settings.contracts / "shop" / "sales.odcs.yaml"
    document = yaml.safe_load(file.read_text())
    document["version"] = "1.1.0"
    document["schema"][0]["properties"].append({"name": "note", "logicalType": "string", "physicalType": "VARCHAR"})
    file.write_text(yaml.safe_dump(document, sort_keys=False))
    change(project, "qty", logicalTypeOptions={})
    (done,) = again(project)
    assert project.rows(done.after)["note"].null_count() == 22
    assert done.after.contract_version == "1.1.0"
    change(project, "price", physicalType="VARCHAR", logicalType="string")
    with pytest.raises(GateError, match="major change"):
        again(project)


def test_a_target_without_bad_rows_says_why(tmp_path: Path) -> None:
    project = made(tmp_path)
    project.land()
    project.send(ROWS + BAD.replace("many", "few"))
    project.land()
    with pytest.raises(ConfigError, match="load 1 was replaced by load 2"):
        again(project, "1")
    with pytest.raises(ConfigError, match=r"nothing of 'shop\.other'"):
        again(project, "shop.other")
    (project.settings.contracts / "shop" / "sales.odcs.yaml").rename(project.settings.contracts / "gone.yaml")
    with pytest.raises(ConfigError, match=r"no contract shop\.sales"):
        replay(project.settings, (), None, "replay")


def die(project: Project, last: int) -> subprocess.CompletedProcess[str]:
    arguments = [str(project.home), str(project.settings.project), str(last), "0", "replay"]
    return subprocess.run(
        [sys.executable, "-m", "tests.python.ingest.land_and_die", *arguments],
        cwd=ROOT, env=dict(os.environ), check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def test_a_replay_killed_at_any_step_is_repaired_by_the_next_one(tmp_path: Path) -> None:
    def fresh(name: str) -> Project:
        project = made(tmp_path / name)
        project.land()
        change(project, "qty", logicalTypeOptions={})
        return project

    undisturbed = fresh("undisturbed")
    steps = int(die(undisturbed, 10**9).stdout)
    end = manifest.current(undisturbed.records())[("shop", "sales", DAY)]
    assert steps > 10 and end.quarantined == 1
    for last in range(3, steps + 2, max(1, steps // 6)):
        project = fresh(f"killed-{last}")
        assert die(project, last).returncode == -signal.SIGKILL
        for record in manifest.current(project.records()).values():
            assert store.sha256(project.home / "bronze" / record.file), "what the manifest names is there"
        again(project)
        now = manifest.current(project.records())[("shop", "sales", DAY)]
        facts = [(r.rows, r.quarantined, r.deduplicated, r.sha256, r.quarantine_sha256) for r in (now, end)]
        assert facts[0] == facts[1], f"step {last}"
        conserved(project)
        assert not list(project.home.rglob(".*.tmp"))


VALUES = st.lists(st.sampled_from(["1", "150", "250", "x", ""]), min_size=1, max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(VALUES, st.lists(st.sampled_from([100, 200, 300]), min_size=1, max_size=3))
def test_rows_are_conserved_whatever_is_replayed(
    tmp_path_factory: pytest.TempPathFactory, values: list[str], limits: list[int]
) -> None:
    rows = HEAD + "".join(f"K{n % 4},{value},1.00,{STAMP}\n" for n, value in enumerate(values))
    project = made(tmp_path_factory.mktemp("drawn"), rows)
    loads: list[LoadRecord] = []
    try:
        loads += project.land()
    except GateError:
        return  # too many repeated keys
    for limit in limits:
        change(project, "qty", logicalTypeOptions={"maximum": limit})
        again(project)
        conserved(project)
    assert {r.extracted for r in project.records()} == {len(values)}


def test_the_same_bytes_come_of_the_same_replay(tmp_path: Path) -> None:
    digests = []
    for name in ("one", "two"):
        project = made(tmp_path / name)
        project.land()
        change(project, "qty", logicalTypeOptions={})
        digests += [one.after.sha256 for one in again(project)]
    assert len(set(digests)) == 1
