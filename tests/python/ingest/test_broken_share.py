"""A share that breaks after a file of it was listed: tried again, then stale; and a damaged file is still a bad one."""

import errno
import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from orchestration.errors import GateError, GhalaError, UnavailableError
from orchestration.ingest import rejections
from orchestration.ingest.extract import files, listing
from orchestration.ingest.redelivery import due
from orchestration.ingest.rejected_files import are_as_landed
from orchestration.ingest.retry import Patience
from orchestration.ops import staleness
from tests.python.ingest.project import DAY, GOOD, sales
from tests.python.ingest.test_outages import NEXT, run

Break = Callable[[pytest.MonkeyPatch, Path, OSError], None]


def refused(patch: pytest.MonkeyPatch, file: Path, fault: OSError) -> None:
    """The file cannot be opened any more, and a question for its rights gets no answer either."""
    real, access = Path.open, os.access

    def opened(path: Path, *how: Any, **options: Any) -> Any:
        if path == file:
            raise fault
        return real(path, *how, **options)

    patch.setattr(Path, "open", opened)
    patch.setattr(os, "access", lambda path, mode: path != file and access(path, mode))


def digesting(patch: pytest.MonkeyPatch, file: Path, fault: OSError) -> None:
    """The file can be opened and not be read."""
    real = hashlib.file_digest

    def digested(content: Any, how: str) -> Any:
        if Path(content.name) == file:
            raise fault
        return real(content, how)

    patch.setattr(listing.hashlib, "file_digest", digested)


def halfway(patch: pytest.MonkeyPatch, file: Path, fault: Exception) -> None:
    """The first rows come, then the error."""
    real = files._frames

    def frames(contract: Any, path: Path, scratch: Path) -> Iterator[pl.DataFrame]:
        rows = real(contract, path, scratch)
        yield next(rows)
        if path == file:
            raise fault
        yield from rows

    patch.setattr(files, "_frames", frames)


def as_polars(patch: pytest.MonkeyPatch, file: Path, fault: OSError) -> None:
    halfway(patch, file, OSError(f"{fault.strerror} (os error {fault.errno})"))


def hidden(patch: pytest.MonkeyPatch, file: Path, fault: OSError) -> None:
    """As Excel's reader says it: no word of the share, which is still broken when the file is asked again."""
    real = files._frames

    def frames(contract: Any, path: Path, scratch: Path) -> Iterator[pl.DataFrame]:
        if path != file:
            yield from real(contract, path, scratch)
            return
        refused(patch, file, fault)
        raise ValueError("Cannot detect file format")

    patch.setattr(files, "_frames", frames)


@pytest.mark.parametrize("number", [errno.ESTALE, errno.EIO, errno.ENOTCONN])
@pytest.mark.parametrize("fault", [refused, digesting, halfway, as_polars, hidden])
@pytest.mark.parametrize("bad_file", ["block", "skip"])
def test_a_share_that_breaks_while_a_file_is_read_is_an_outage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, fault: Break, bad_file: str
) -> None:
    project = sales(tmp_path, extraction={"onBadFile": bad_file})
    run(project, DAY)
    file = project.send(GOOD, f"{NEXT:%Y%m%d}.csv")
    waits: list[float] = []
    with monkeypatch.context() as patch:
        fault(patch, file, OSError(number, os.strerror(number), str(file)))
        landed, heard = run(project, NEXT, Patience((0.0, 0.0), sleep=waits.append))
    assert landed == [] and len(waits) == 2
    ((_, day, text),) = heard
    assert day == NEXT and text.startswith("the file cannot be read just now: ") and os.strerror(number) in text
    assert [(stale.table, stale.since) for stale in staleness.now(project.home)] == [("shop.sales", NEXT)]
    assert not (project.home / "bronze" / rejections.NAME).exists()
    ((record,), heard) = run(project, NEXT)
    assert (record.rows, heard, staleness.now(project.home)) == (100, [], [])


def broken_archive(patch: pytest.MonkeyPatch, file: Path) -> None:
    """As a zip file does whose list of parts names a place before its beginning."""
    halfway(patch, file, OSError(errno.EINVAL, os.strerror(errno.EINVAL)))


def truncated(_: pytest.MonkeyPatch, file: Path) -> None:
    file.write_text(GOOD[:-25])


@pytest.mark.parametrize("damage", [broken_archive, truncated])
def test_a_file_that_can_be_read_and_is_damaged_is_a_bad_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: Callable[[pytest.MonkeyPatch, Path], None]
) -> None:
    project = sales(tmp_path)
    run(project, DAY)
    file = project.send(GOOD, f"{NEXT:%Y%m%d}.csv")
    damage(monkeypatch, file)
    with pytest.raises(GateError, match="the file cannot be read") as caught:
        run(project, NEXT)
    assert not isinstance(caught.value, UnavailableError)
    assert [line["logical_date"] for line in rejections.read(project.home)] == [str(NEXT)]


def test_a_full_disk_here_is_not_the_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = sales(tmp_path)
    halfway(monkeypatch, project.drop / "20260310.csv", OSError(errno.ENOSPC, "No space left on device"))
    with pytest.raises(GhalaError, match="there is no space left to write bronze"):
        project.land()


@pytest.mark.parametrize("fault", [refused, digesting])
def test_a_landed_day_whose_share_breaks_is_neither_due_nor_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Break
) -> None:
    project = sales(tmp_path)
    (record,) = project.land()
    file = project.drop / "20260310.csv"
    os.utime(file, (1, 1))
    (contract,) = project.contracts
    with monkeypatch.context() as patch:
        fault(patch, file, OSError(errno.EIO, os.strerror(errno.EIO), str(file)))
        assert due(project.records(), project.contracts, DAY, DAY) == []
        assert are_as_landed(contract, record) is None
    file.write_text(GOOD.replace("S001", "S00X"))
    assert [day for _, day in due(project.records(), project.contracts, DAY, DAY)] == [DAY]
    assert are_as_landed(contract, record) is False
