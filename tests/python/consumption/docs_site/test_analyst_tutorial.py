"""The tutorial for analysts, followed: each command, each line of output it shows, each block of Python."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestration.cli import terminal
from orchestration.cli.main import _typer
from orchestration.errors import GhalaError

ROOT = Path(__file__).parents[4]
TUTORIAL = ROOT / "docs" / "tutorials" / "analyst.md"
BLOCK = re.compile(r"```(console|python)\n(.*?)```", re.DOTALL)
FILE = re.compile(r"\$\(cat (\S+)\)")
REFUSED = (["Candidate bindings"], ["read-only"])  # what the two commands are answered that are meant to fail
INTO = re.compile(r" > (\S+)$")


def run(command: str, *, refused: bool) -> str:
    """What a command says, which fails only if it is to be `refused`.

    Like a shell it puts a file into the command, and what is said into a file.
    """
    into = INTO.search(command)
    words = shlex.split(INTO.sub("", command))
    words = [FILE.sub(lambda found: (ROOT / found[1]).read_text(), word) for word in words]
    assert words[0] == "ghala"
    done = CliRunner().invoke(_typer, words[1:])
    assert isinstance(done.exception, GhalaError if refused else type(None)), done.exception
    if into:
        Path(into[1]).write_text(done.stdout)
    return " ".join((done.output + str(done.exception or "")).split())


def commands(block: str) -> list[tuple[str, list[str]]]:
    """Each command of a block (one in quotation marks may have several lines) with the lines that it answers."""
    found = []
    for part in block.split("$ ghala ")[1:]:
        lines = part.splitlines()
        end = next(at for at in range(1, len(lines) + 1) if "\n".join(lines[:at]).count('"') % 2 == 0)
        found.append(("ghala " + "\n".join(lines[:end]), lines[end:]))
    return found


@pytest.fixture(scope="module")
def followed(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, str], Path]]:
    """What the tutorial's commands said, and the folder they were typed in, whose `data` is the small world."""
    folder = tmp_path_factory.mktemp("analyst")
    (folder / "data").symlink_to(published)
    blocks = BLOCK.findall(TUTORIAL.read_text(encoding="utf-8"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            os, "environ", {name: value for name, value in os.environ.items() if not name.startswith("GHALA_")}
        )
        patch.setattr(terminal.out, "width", 400)
        patch.chdir(folder)
        said: dict[str, str] = {}
        for command, lines in (one for kind, block in blocks if kind == "console" for one in commands(block)):
            said[command] = run(command, refused=lines in REFUSED)
            for line in lines:
                assert all(word in said[command] for word in line.split()), f"{command}\nsaid: {said[command][:2000]}"
        script = "\n".join(block for kind, block in blocks if kind == "python")
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        yield {**said, "python": done.stdout}, folder


def test_the_tutorial_says_what_happens(followed: tuple[dict[str, str], Path]) -> None:
    said, folder = followed
    assert len(said) > 12

    def number(name: str) -> Decimal:
        answer = next(answer for answer in said.values() if answer.startswith(f"{name} "))
        return Decimal(answer.split()[1].replace(",", ""))

    def total(answer: str) -> Decimal:
        return sum((Decimal(word.replace(",", "")) for word in answer.split() if "." in word), Decimal())

    right = next(answer for answer in said.values() if answer.startswith("net_sales freight"))
    assert number("wrong") > Decimal(right.split()[2].replace(",", ""))  # the trap is one
    was, now = (next(a for a in said.values() if a.startswith(f"category as_it_{t}")) for t in ("was", "is"))
    assert total(was) == total(now) > 0  # nothing is counted twice
    assert "pieces" in said["python"]
    assert (folder / "suppliers.csv").read_text().startswith("supplier_code,legal_name")
    assert (folder / "stock.csv").read_text().startswith("warehouse_code,pieces")
    assert (folder / "stock.xlsx").stat().st_size > 0


def test_the_tutorial_changes_nothing(followed: tuple[dict[str, str], Path]) -> None:
    assert sorted(file.name for file in followed[1].iterdir()) == [
        "data",
        "sales.csv",
        "stock.csv",
        "stock.xlsx",
        "suppliers.csv",
    ]
