"""The comparison with the sources that the harness makes after its nights: what it finds, and what it leaves out."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from chaos.truth import compare
from orchestration.contracts import contracts_of
from orchestration.ingest.land import land
from tests.python.publish.fixtures import active
from tests.python.publish.toy import START, make

NEXT = START + timedelta(days=1)
FIRST_FILE, SECOND_FILE = f"{START}.csv", f"{NEXT}.csv"


def without_last_line(file: Path) -> None:
    file.write_text("".join(file.read_text().splitlines(keepends=True)[:-1]))


def with_another_line(file: Path) -> None:
    file.write_text(file.read_text() + f"another,sku1,1,{NEXT}\n")


@pytest.mark.parametrize(
    ("name", "change", "expected"),
    [
        (SECOND_FILE, lambda file: None, (6, 0, 0)),
        (FIRST_FILE, Path.unlink, (3, 0, 0)),  # the source keeps it no longer: nobody can say what was in it
        (SECOND_FILE, without_last_line, (5, 0, 1)),
        (SECOND_FILE, with_another_line, (7, 1, 0)),
    ],
    ids=["same", "removed", "a line less", "a line more"],
)
def test_keys_of_files_are_compared_while_the_source_has_them(
    tmp_path: Path, name: str, change: Callable[[Path], None], expected: tuple[int, int, int]
) -> None:
    toy = make(tmp_path)
    toy.sell(0, (1, 2, 3))
    toy.sell(1, (1, 2, 3))
    with active(toy) as config:
        contracts = contracts_of(config.contracts)
        land(config, [(contract, day) for contract in contracts for day in (START, NEXT)], "truth")
    change(toy.drop / name)
    [found] = compare(contracts, toy.home, toy.environment, NEXT)
    assert (found["keys"], found["lost"], found["invented"]) == expected
