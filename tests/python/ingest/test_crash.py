"""kill -9, a full disk, a second writer: the next run repairs itself and equals an undisturbed one."""

import os
import random
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from orchestration.errors import GhalaError
from orchestration.ingest import commit, manifest, store
from orchestration.lock import writer
from tests.python.ingest.project import DAY, GOOD, Project, facts, sales, tree

ROOT = Path(__file__).parents[3]
NEXT = date(2026, 3, 11)
DEATHS = 5  # of the steps of the scenario, picked anew in each session: about 0.7 s each


def run(project: Project, *days: date, last: int = 0, file_bytes: int = 0) -> subprocess.CompletedProcess[str]:
    module = "tests.python.ingest.land_and_die"
    arguments = [str(project.home), str(project.settings.project), str(last), str(file_bytes), *map(str, days)]
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        check=False,
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A date that has landed and was corrected since, and a new one; both have a bad row and a repeated key."""
    project = sales(tmp_path_factory.mktemp("crash"))
    project.land()
    corrected = GOOD.replace("S001,1,", "S001,many,") + "S002,9,2.50,2026-03-10,2026-03-10 09:00:00\n"
    project.send(corrected)
    project.send(corrected.replace("S0", "T0"), "20260311.csv")
    return project


def fresh(scenario: Project, name: str) -> Project:
    home = scenario.home.with_name(name)
    shutil.copytree(scenario.home, home)
    os.environ["GHALA_DROP_DIR"] = str(scenario.drop)
    return Project(replace(scenario.settings, home=home))


def state(project: Project) -> dict[str, bytes]:
    content = tree(project.home)
    of_the_clock = (".lock", "bronze/manifest", "logs/")
    return {name: data for name, data in content.items() if not name.startswith(of_the_clock)}


def test_a_run_killed_at_any_step_is_repaired_by_the_next_one(scenario: Project) -> None:
    undisturbed = fresh(scenario, "undisturbed")
    steps = int(run(undisturbed, DAY, NEXT, last=10**9).stdout)
    assert [r.quarantined for r in undisturbed.records()] == [0, 1, 1] and steps > 30
    for last in random.sample(range(2, steps + 2), DEATHS):
        project = fresh(scenario, f"killed-{last}")
        killed = run(project, DAY, NEXT, last=last)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        for record in manifest.current(project.records()).values():
            assert store.sha256(project.home / "bronze" / record.file), "what the manifest names is there"
        again = run(project, DAY, NEXT)
        assert again.returncode == 0, f"step {last}: {again.stderr}"
        assert state(project) == state(undisturbed), f"step {last}"
        assert facts(project.records()) == facts(undisturbed.records()), f"step {last}"


def test_a_crash_between_rename_and_manifest_is_rolled_forward_and_one_before_the_rename_back(tmp_path: Path) -> None:
    project = sales(tmp_path)
    (first,) = project.land()
    lines = (project.home / "bronze" / manifest.NAME).read_text()
    pending = project.home / "bronze" / commit.PENDING
    project.send(GOOD.replace(",1.50,", ",1.75,"))
    (second,) = project.land()
    (project.home / "bronze" / manifest.NAME).write_text(lines)
    pending.write_text(manifest.render(second))
    commit.recover(project.home)
    assert project.records() == [first, second] and not pending.exists()
    pending.write_text(manifest.render(replace(second, load_number=3, sha256="0" * 64)))
    commit.recover(project.home)
    assert project.records() == [first, second] and not pending.exists()


@pytest.mark.parametrize("where", ["append", "move"])
def test_after_a_crash_in_the_commit_bronze_is_what_the_manifest_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    project = sales(tmp_path)
    project.land()
    project.send(GOOD.replace("S001,1,", "S001,many,").replace(",2.50,", ",2.75,"))

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(manifest if where == "append" else store, where, die)
        with pytest.raises(KeyboardInterrupt):
            project.land()
    commit.recover(project.home)
    newest = project.records()[-1]
    assert newest.load_number == (2 if where == "append" else 1)
    assert store.sha256(project.home / "bronze" / newest.file) == newest.sha256
    found = [path.name for path in (project.home / "quarantine").rglob("*.parquet")]
    assert found == (["sales.2.parquet"] if where == "append" else [])


def test_a_torn_last_line_is_ignored_and_cut_off_by_the_next_writer(tmp_path: Path) -> None:
    project = sales(tmp_path)
    (record,) = project.land()
    path = project.home / "bronze" / manifest.NAME
    whole = path.read_bytes()
    path.write_bytes(whole + whole[: len(whole) // 2])
    assert project.records() == [record]
    assert project.land() == [record]
    assert path.read_bytes() == whole


def test_stale_temporary_files_are_swept_after_a_crash(tmp_path: Path) -> None:
    project = sales(tmp_path)
    (record,) = project.land()
    stale = (project.home / "bronze" / record.file).with_name(".sales.parquet.old.tmp")
    stale.write_bytes(b"half")
    (project.home / "bronze" / commit.IN_FLIGHT).touch()
    project.land()
    assert not stale.exists() and not (project.home / "bronze" / commit.IN_FLIGHT).exists()


def test_a_full_disk_says_so_and_the_previous_partition_stays(tmp_path: Path) -> None:
    project = sales(tmp_path)
    (record,) = project.land()
    before = state(project)
    rows = "".join(f"L{n * 7919},{n % 50},{n}.25,2026-03-10,2026-03-10 08:00:00\n" for n in range(20_000))
    project.send(GOOD + rows)
    full = run(project, DAY, file_bytes=40_000)
    assert full.returncode == 1 and "no space left" in full.stderr and "free disk space" in full.stderr
    assert "Traceback" not in full.stderr
    assert project.records() == [record]
    (project.home / "bronze" / commit.IN_FLIGHT).unlink()
    assert state(project) == before
    (after,) = project.land()
    assert after.rows == 20_100


def test_a_second_writer_is_turned_away_with_the_number_of_the_first(tmp_path: Path) -> None:
    project = sales(tmp_path)
    with writer(project.home):
        second = run(project, DAY)
    assert second.returncode == 1
    assert f"process {os.getpid()}" in second.stderr and "Traceback" not in second.stderr
    assert run(project, DAY).returncode == 0


def test_partitions_before_a_failing_one_stay_landed(tmp_path: Path) -> None:
    project = sales(tmp_path)
    with pytest.raises(GhalaError, match="no file for 2026-03-11"):
        project.land(DAY, NEXT)
    assert [record.logical_date for record in project.records()] == [DAY]


def test_the_same_input_gives_the_same_bytes_in_another_home(tmp_path: Path) -> None:
    one = sales(tmp_path / "one")
    one.land(run_id="a")
    two = sales(tmp_path / "two")
    two.land(run_id="b")
    assert state(one) == state(two)


def test_a_file_that_was_lost_is_landed_again(tmp_path: Path) -> None:
    project = sales(tmp_path)
    project.land(DAY)
    first = project.records()[-1]
    file = project.home / "bronze" / first.file
    content = file.read_bytes()
    project.land(DAY)
    assert project.records() == [first]
    file.unlink()
    project.land(DAY)
    assert [record.load_number for record in project.records()] == [1, 2]
    assert file.read_bytes() == content
