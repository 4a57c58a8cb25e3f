"""Files and paths that want out of their folder, or to fill the disk: refused, and what had landed stays."""

import gzip
import io
import os
import resource
import socket
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.errors import ConfigError, GateError
from orchestration.ingest.extract import archive
from orchestration.ingest.extract.batch import BadFileError
from orchestration.ingest.extract.listing import IRREGULAR, OUTSIDE
from tests.python.ingest.project import CSV, GOOD, SALES, Project, contract, make, sales, tree
from tests.python.ingest.test_excel import EXCEL, HEADER, SHEET, workbook


def refused(project: Project) -> str:
    """What the landing of the day says; nothing of home changes but the list of refused deliveries."""
    with pytest.raises(GateError) as caught:
        project.land()
    assert not [name for name in tree(project.home) if name.endswith(".parquet") and "_schema" not in name]
    assert not list(project.home.rglob("*.plain"))
    return caught.value.what


@pytest.mark.parametrize(
    "path",
    [
        "../*.csv",
        "/etc/pass*",
        "a/../../*.csv",
        "{date:..}/x.csv",
        "{date:%Y}/../../x.csv",
        "{date:/etc}/passwd",
        "..",
        "a\0b",
    ],
)
def test_a_path_may_not_leave_its_folder(tmp_path: Path, path: str) -> None:
    project = sales(tmp_path, extraction={"path": path})
    with pytest.raises(ConfigError, match="leaves the folder"):
        _ = project.contracts


@pytest.mark.parametrize("name", ["sales'; drop table x", 'sa"les', "..", "sa les", "sales*", "été"])
def test_a_table_has_a_plain_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=r"no name for a source or table|no contract"):
        _ = make(tmp_path, contract(SALES, CSV, name=name)).contracts


@pytest.mark.parametrize("how", ["file", "folder", "chain", "loop"])
def test_a_link_out_of_the_folder_is_refused(tmp_path: Path, how: str) -> None:
    project = sales(tmp_path, rows=None, extraction={"path": "{date:%Y}/{date:%Y%m%d}*.csv"})
    secret = tmp_path / "elsewhere" / "20260310.csv"
    secret.parent.mkdir()
    secret.write_text(GOOD)
    folder = project.drop / "2026"
    if how == "folder":
        folder.symlink_to(secret.parent)
    else:
        folder.mkdir()
        (folder / "other").symlink_to(secret if how != "loop" else folder / "20260310.csv")
        (folder / "20260310.csv").symlink_to(secret if how == "file" else folder / "other")
    assert (OUTSIDE if how != "loop" else IRREGULAR) in refused(project)


def test_a_link_within_the_folder_is_followed(tmp_path: Path) -> None:
    project = sales(tmp_path, rows=None)
    (project.drop / "current").mkdir()
    (project.drop / "current" / "real.csv").write_text(GOOD)
    (project.drop / "20260310.csv").symlink_to(project.drop / "current" / "real.csv")
    assert project.land()[0].rows == 100


@pytest.mark.parametrize("kind", ["pipe", "socket", "device", "dangling"])
def test_what_is_no_file_is_refused_and_never_opened(tmp_path: Path, kind: str) -> None:
    project = sales(tmp_path, rows=None)
    place = project.drop / "20260310.csv"
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "socket":
        here = Path.cwd()
        os.chdir(project.drop)  # the name of a socket has 108 bytes at most
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(place.name)
        os.chdir(here)
    else:
        place.symlink_to("/dev/zero" if kind == "device" else project.drop / "nothing.csv")
    assert (OUTSIDE if kind == "device" else IRREGULAR) in refused(project)


def test_a_skipped_link_leaves_the_other_files_alone(tmp_path: Path) -> None:
    project = sales(tmp_path, extraction={"onBadFile": "skip"})
    (project.drop / "20260310_b.csv").symlink_to("/etc/passwd")
    [record] = project.land()
    assert record.rows == 100 and [file.problem for file in record.bad_files] == [OUTSIDE]


def test_a_gzip_bomb_stops_before_it_fills_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "ALWAYS", 1 << 20)
    project = sales(tmp_path, rows=None, extraction={"path": "{date:%Y%m%d}*.csv.gz"})
    head = GOOD.encode()
    place = project.send(gzip.compress(head + b"A" * (8 << 20)), "20260310.csv.gz")
    with small_files(4 << 20):  # the copy never got this large
        assert "unpacks to more than" in refused(project)
    place.write_bytes(gzip.compress(head))
    assert project.land()[0].rows == 100


@contextmanager
def small_files(size: int) -> Iterator[None]:
    """No file of this process may grow beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def rewritten(file: Path, **parts: bytes) -> None:
    """The workbook with other content for some of its parts, and new ones."""
    with zipfile.ZipFile(file) as source:
        content = {name: source.read(name) for name in source.namelist()}
    names = {name.rpartition("/")[2].partition(".")[0]: name for name in content}
    content |= {names[key]: value for key, value in parts.items()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for name, text in content.items():
            target.writestr(name, text)


@pytest.fixture
def book(tmp_path: Path) -> tuple[Project, Path]:
    """A project with one workbook of one row."""
    project = make(tmp_path, contract(SHEET, EXCEL))
    workbook(project, [HEADER, ["0001", "GH000001", 5, "2026-03-10 08:00:00", "2026-03-10"]])
    return project, project.drop / "a.xlsx"


def test_a_workbook_that_unpacks_to_too_much_is_refused(
    book: tuple[Project, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, file = book
    monkeypatch.setattr(archive, "ALWAYS", 1 << 20)
    rewritten(file, theme1=b" " * (4 << 20))
    assert "unpacks to more than" in refused(project)
    lying = file.read_bytes().replace((4 << 20).to_bytes(4, "little"), (4 << 10).to_bytes(4, "little"))
    file.write_bytes(lying)
    assert "cannot be read" in refused(project)


def test_a_sheet_with_a_value_in_its_last_corner_is_refused(book: tuple[Project, Path]) -> None:
    project, file = book
    with zipfile.ZipFile(file) as source:
        sheet = source.read("xl/worksheets/sheet1.xml")
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    rewritten(file, sheet1=sheet.replace(b"</sheetData>", far))
    assert "cells" in refused(project)


def test_entities_of_a_workbook_are_not_resolved(book: tuple[Project, Path], tmp_path: Path) -> None:
    project, file = book
    secret = tmp_path / "secret.txt"
    secret.write_text("GH000777")
    with zipfile.ZipFile(file) as source:
        strings = source.read("xl/sharedStrings.xml")
    doctype = f'<!DOCTYPE sst [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'.encode()
    head, _, rest = strings.partition(b"?>")
    rewritten(file, sharedStrings=head + b"?>" + doctype + rest.replace(b"GH000001", b"&x;"))
    try:
        [record] = project.land()
        assert "GH000777" not in project.rows(record).write_csv()
    except GateError:
        assert b"GH000777" not in b"".join(tree(project.home).values())


def test_members_of_a_workbook_are_never_written(book: tuple[Project, Path], tmp_path: Path) -> None:
    project, file = book
    with zipfile.ZipFile(file, "a") as target:
        target.writestr("../../escaped.txt", "out")
        target.writestr(f"{tmp_path}/escaped.txt", "out")
        link = zipfile.ZipInfo("xl/link.xml")
        link.external_attr = 0o120777 << 16
        target.writestr(link, "/etc/passwd")
    assert project.land()[0].rows == 1
    assert not list(tmp_path.rglob("*escaped*"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=st.binary(max_size=2000))
def test_any_bytes_in_place_of_a_workbook_are_refused_or_read(tmp_path: Path, content: bytes) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as target:
        target.writestr("xl/worksheets/sheet1.xml", content)
    file = tmp_path / "a.xlsx"
    for written in (content, packed.getvalue(), packed.getvalue()[: len(content)]):
        file.write_bytes(written)
        with suppress(BadFileError):
            archive.check_workbook(file)
