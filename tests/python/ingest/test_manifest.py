"""The manifest is read once as long as nobody writes it."""

import json
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from orchestration.errors import GhalaError
from orchestration.ingest import manifest
from tests.python.ingest.project import sales


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The lines that were parsed since."""
    lines: list[bytes] = []
    loads = orjson.loads

    def counted(line: bytes) -> object:
        lines.append(line)
        return loads(line)

    monkeypatch.setattr(manifest.orjson, "loads", counted)
    return lines


def test_lines_are_parsed_once_and_what_this_process_appends_not_at_all(tmp_path: Path, parsed: list[bytes]) -> None:
    project = sales(tmp_path)
    (first,) = project.land()
    assert project.records() == [first]
    parsed.clear()
    second = replace(first, load_number=2)
    manifest.append(project.home, second)
    assert project.records() == [first, second] and parsed == []
    project.records().clear()
    assert project.records() == [first, second], "a caller's list is its own"


def test_what_another_process_wrote_is_seen(tmp_path: Path, parsed: list[bytes]) -> None:
    project = sales(tmp_path)
    (first,) = project.land()
    path = project.home / "bronze" / manifest.NAME
    second = replace(first, load_number=2)
    with path.open("a") as file:
        file.write(manifest.render(second) + "\n")
    assert project.records() == [first, second]
    third = replace(first, load_number=3)
    replacement = path.with_name("restored")
    replacement.write_text(manifest.render(third) + "\n" + manifest.render(third) + "\n")
    replacement.replace(path)
    assert project.records() == [third, third]
    path.unlink()
    assert project.records() == []


def test_an_append_after_a_foreign_write_does_not_hide_it(tmp_path: Path) -> None:
    project = sales(tmp_path)
    (first,) = project.land()
    foreign, own = replace(first, load_number=2), replace(first, load_number=3)
    with (project.home / "bronze" / manifest.NAME).open("a") as file:
        file.write(manifest.render(foreign) + "\n")
    manifest.append(project.home, own)
    assert project.records() == [first, foreign, own]


def test_a_line_says_everything_and_an_old_one_is_still_read(tmp_path: Path) -> None:
    (record,) = sales(tmp_path).land()
    note = manifest.FileNote("a.csv", 1, 2, "empty", 3, None)
    rich = replace(record, tombstones=2, files=(note,))
    assert manifest.parse(manifest.render(rich)) == rich
    assert manifest.parse(manifest.render(replace(record, files=()))).files == ()
    old = {k: v for k, v in json.loads(manifest.render(rich)).items() if k not in ("tombstones", "files")}
    assert manifest.parse(json.dumps(old)) == replace(record, files=None)


@pytest.mark.parametrize("change", [{"rows": None}, {"colour": "red"}])
def test_a_line_that_lacks_a_field_or_has_a_strange_one_is_an_error(tmp_path: Path, change: dict[str, object]) -> None:
    project = sales(tmp_path)
    (record,) = project.land()
    fields = {**json.loads(manifest.render(record)), **change}
    if change.get("rows", 0) is None:
        del fields["rows"]
    (project.home / "bronze" / manifest.NAME).write_text(json.dumps(fields) + "\n")
    with pytest.raises(GhalaError, match=f"broken line: .*{next(iter(change))}"):
        project.records()
