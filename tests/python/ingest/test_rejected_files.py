"""Whether a landed day has the files that were landed: by their content, and only where it can be known."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.ingest.contract import load_contracts
from orchestration.ingest.extract.listing import EMPTY
from orchestration.ingest.manifest import FileNote, LoadRecord, read
from orchestration.ingest.model import Contract
from orchestration.ingest.rejected_files import are_as_landed
from tests.python.alerts.conftest import House, hook, house

__all__ = ["hook", "house"]
Landed = tuple[Contract, LoadRecord, Path]


@pytest.fixture
def landed(house: House) -> Landed:
    """The contract, the load and the file of a day that landed."""
    house.land()
    (contract,) = load_contracts(house.config.contracts)
    (record,) = read(house.config.home)
    return contract, record, house.toy.drop / f"{record.logical_date}.csv"


def touched(file: Path) -> None:
    os.utime(file, (1, 1))


def empty(file: Path) -> None:
    file.write_bytes(b"")


def other(file: Path) -> None:
    file.write_text(file.read_text().replace("sku1", "sku7"))


def locked(file: Path) -> None:
    file.with_name(f"~${file.name}").touch()


def folder_gone(file: Path) -> None:
    file.parent.rename(file.parent.with_name("elsewhere"))


@pytest.mark.parametrize(
    ("change", "expected"),
    [(touched, True), (other, False), (empty, False), (locked, False), (Path.unlink, False), (folder_gone, None)],
)
def test_files_are_the_landed_ones_by_their_content(
    landed: Landed, change: Callable[[Path], None], expected: bool | None
) -> None:
    contract, record, file = landed
    assert are_as_landed(contract, record) is True
    change(file)
    assert are_as_landed(contract, record) is expected


def test_a_file_that_was_left_out_unread_is_the_same_while_the_same_keeps_it_from_being_read(landed: Landed) -> None:
    contract, record, file = landed
    empty(file)
    left_out = replace(record, files=(FileNote(file.name, 0, 0, EMPTY, 0, None),))
    assert are_as_landed(contract, left_out) is True
    assert are_as_landed(contract, replace(left_out, files=())) is False
    locked(file)
    assert are_as_landed(contract, left_out) is False


def test_nobody_can_say_it_of_a_load_whose_files_were_not_noted(landed: Landed) -> None:
    contract, record, _ = landed
    assert are_as_landed(contract, replace(record, files=None)) is None
