"""A damaged or lost manifest: repaired without a moment in which there is none, and without discarding whole files."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from orchestration import verify
from orchestration.errors import GhalaError
from orchestration.ingest import damage, manifest
from tests.python.ingest.project import DAY, GOOD, Project, sales, tree
from tests.python.ingest.shops import NEXT

OTHER = GOOD.replace("S001,1,", "S001,2,")
BAD = GOOD.replace("S001,1,", "S001,-1,")


def path(project: Project) -> Path:
    return project.home / "bronze" / manifest.NAME


def lines(project: Project) -> list[bytes]:
    return path(project).read_bytes().splitlines(keepends=True)


def spoil(project: Project, number: int, change: Callable[[bytes], bytes]) -> bytes:
    """Change a line of the manifest, counted from 0; returns the manifest."""
    all_ = lines(project)
    all_[number] = change(all_[number].rstrip(b"\n")) + b"\n"
    path(project).write_bytes(b"".join(all_))
    return b"".join(all_)


def cut(line: bytes) -> bytes:
    return line[: len(line) // 2]


def nothing(_: bytes) -> bytes:
    return b"\x00\x00"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Two days; the first was delivered a second time, and its source has forgotten it since."""
    project = sales(tmp_path)
    project.send(GOOD, f"{NEXT:%Y%m%d}.csv")
    project.land(DAY, NEXT)
    project.send(OTHER)
    project.land(DAY)
    project.send(GOOD.splitlines(keepends=True)[0] + "S900,1,1.00,2026-03-10,2026-03-10 08:00:00\n")
    return project


@pytest.mark.parametrize("change", [cut, nothing])
def test_a_whole_file_whose_newer_line_is_broken_is_not_fetched_again(
    project: Project, change: Callable[[bytes], bytes]
) -> None:
    before, files = project.records(), tree(project.home / "bronze" / "shop")
    spoil(project, 2, change)
    with pytest.raises(GhalaError, match="line 3 of manifest"):
        verify.verify(project.settings)
    done = verify.repair(project.settings)
    (adopted,) = done.adopted
    assert (adopted.partition, adopted.sha256, done.reloaded) == (before[2].partition, before[2].sha256, [])
    assert adopted.load_number > before[1].load_number
    assert tree(project.home / "bronze" / "shop") == files
    assert verify.verify(project.settings) == 2


def test_a_broken_line_of_another_file_makes_no_damaged_one_whole(project: Project) -> None:
    records = project.records()
    spoil(project, 1, lambda line: line[:-1] + b"#")
    file = project.home / "bronze" / records[2].file
    file.write_bytes((project.home / "bronze" / records[1].file).read_bytes())
    done = verify.repair(project.settings)
    assert [record.partition for record in done.adopted] == [records[1].partition]
    assert [after.rows for _, after in done.reloaded] == [1], "landed again from what the source has now"


@pytest.mark.parametrize("place", [8, -200])
def test_an_unreadable_file_is_fetched_again_whatever_the_manifest_has_lost(project: Project, place: int) -> None:
    records = project.records()
    spoil(project, 2, nothing)
    file = project.home / "bronze" / records[2].file
    content = bytearray(file.read_bytes())
    content[place : place + 20] = b"\xff" * 20  # of the first column's values, and of the footer
    file.write_bytes(content)
    done = verify.repair(project.settings)
    assert done.adopted == [] and [after.rows for _, after in done.reloaded] == [1]


def test_bad_rows_of_an_earlier_load_are_not_those_of_the_one_whose_line_was_lost(tmp_path: Path) -> None:
    project = sales(tmp_path, BAD)
    (first,) = project.land()
    project.send(GOOD)
    project.land()
    spoil(project, 1, nothing)
    (adopted,) = verify.repair(project.settings).adopted
    assert (first.quarantined, adopted.quarantined, adopted.quarantine_file) == (1, 0, None)
    assert adopted.extracted == adopted.rows == 100


def gone(file: Path) -> None:
    file.unlink()


def unreadable(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:40])


def other(file: Path) -> None:
    frame = pl.read_parquet(file)
    frame.with_columns(pl.lit("S999").alias("id")).write_parquet(file)


@pytest.mark.parametrize("fault", [gone, unreadable, other])
def test_lost_bad_rows_are_named_and_landed_again(tmp_path: Path, fault: Callable[[Path], None]) -> None:
    project = sales(tmp_path, BAD)
    (before,) = project.land()
    rows, file = project.bad_rows(before), project.home / "quarantine" / str(before.quarantine_file)
    assert (verify.verify(project.settings), rows["id"].to_list()) == (2, ["S001"])
    fault(file)
    with pytest.raises(GhalaError) as caught:
        verify.verify(project.settings)
    told = f"quarantine/{before.quarantine_file} is gone or not what was set aside (load 1, 1 bad row)"
    assert caught.value.what.splitlines() == ["bronze is damaged in 1 place", told]
    assert "ghala verify --repair" in caught.value.next_step
    ((_, after),) = verify.repair(project.settings).reloaded
    assert (after.load_number, after.sha256) == (2, before.sha256)
    assert project.bad_rows(after).drop("_load").equals(rows.drop("_load"))
    assert verify.verify(project.settings) == 2
    assert project.land() == [after], "from now on landing it again changes nothing"


def test_bad_rows_of_a_replaced_load_may_be_gone(tmp_path: Path) -> None:
    project = sales(tmp_path, BAD)
    (first,) = project.land()
    project.send(GOOD)
    project.land()
    gone(project.home / "quarantine" / str(first.quarantine_file))
    assert verify.verify(project.settings) == 1


def test_a_repair_that_is_killed_leaves_the_manifest_as_it_was(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = spoil(project, 0, cut)

    def killed(_file: Path, _content: bytes) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(damage, "write_durably", killed)
        with pytest.raises(KeyboardInterrupt):
            verify.repair(project.settings)
    assert path(project).read_bytes() == content
    verify.repair(project.settings)
    assert verify.verify(project.settings) == 2
    assert {file.read_bytes() for file in path(project).parent.glob("manifest.jsonl.damaged-*")} == {content}


def test_a_full_disk_is_said_and_leaves_the_manifest_as_it_was(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = spoil(project, 0, cut)

    def full(_source: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(damage.shutil, "copyfile", full)
    with pytest.raises(GhalaError, match="no space left"):
        verify.repair(project.settings)
    assert path(project).read_bytes() == content


@pytest.mark.parametrize("is_kept", [False, True])
def test_a_lost_manifest_is_named_and_made_of_what_is_there(project: Project, is_kept: bool) -> None:
    before, files = project.records(), tree(project.home / "bronze" / "shop")
    kept = path(project).with_name(f"{manifest.NAME}.damaged-20260312T000000")
    if is_kept:
        kept.write_bytes(b"".join(lines(project)[:2]))
    path(project).unlink()
    with pytest.raises(GhalaError) as caught:
        verify.verify(project.settings)
    assert "there is no manifest.jsonl" in caught.value.what and "--repair" in caught.value.next_step
    assert (kept.name in caught.value.what) == is_kept
    with pytest.raises(GhalaError, match="no manifest that names them"):
        project.land(DAY, NEXT)
    assert not path(project).exists() and tree(project.home / "bronze" / "shop") == files
    done = verify.repair(project.settings)
    assert done.reloaded == [] and tree(project.home / "bronze" / "shop") == files
    now = manifest.current(project.records())
    assert {record.sha256 for record in now.values()} == {record.sha256 for record in before[1:]}
    assert (now[before[1].partition].run_id == "test") == is_kept, "what its line knew is kept where there is one"
    assert verify.verify(project.settings) == 2


def test_a_home_in_which_nothing_has_landed_is_not_damaged(tmp_path: Path) -> None:
    project = sales(tmp_path, GOOD.replace("qty", "pieces", 1))
    for _ in range(2):
        with pytest.raises(GhalaError, match="is not landed"):
            project.land()
    assert verify.verify(project.settings) == 0
    assert verify.repair(project.settings) == verify.Repaired([], [])
