"""The tutorial on onboarding a source, followed: its files, its commands, and each line of output it shows."""

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestration.cli.main import _typer
from orchestration.errors import GhalaError
from orchestration.ingest import manifest

ROOT = Path(__file__).parents[3]
BLOCK = re.compile(r"```(csv|console)\n(.*?)```", re.DOTALL)
FILES = ("orders_20260310.csv", "orders_20260311.csv", "orders_20260312.csv")


def run(command: str) -> str:
    """What a command says, errors too, in one line."""
    if command.startswith("export "):
        name, _, value = command.removeprefix("export ").partition("=")
        os.environ[name] = value
        return ""
    if not command.startswith("ghala "):
        return subprocess.run(command, shell=True, check=True, capture_output=True, text=True).stdout  # noqa: S602
    done = CliRunner().invoke(_typer, shlex.split(command)[1:])
    assert done.exception is None or isinstance(done.exception, GhalaError), done.exception
    return " ".join((done.output + str(done.exception or "")).split())


def test_the_tutorial_says_what_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GHALA_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "400")  # a table of many columns is folded otherwise
    monkeypatch.setattr(os, "environ", os.environ.copy())
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dbt_project.yml").write_text("name: tutorial\n")
    (tmp_path / "drop").mkdir()
    os.environ |= {"GHALA_HOME": str(tmp_path / "home"), "GHALA_PROJECT": str(tmp_path)}
    files, commands = iter(FILES), 0
    for kind, content in BLOCK.findall((ROOT / "docs/tutorials/onboard-a-source.md").read_text(encoding="utf-8")):
        if kind == "csv":
            (tmp_path / "drop" / next(files)).write_text(content, encoding="utf-8")
            continue
        for part in content.split("$ ")[1:]:
            command, *shown = part.splitlines()
            said = run(command)
            commands += 1
            for line in shown:
                assert " ".join(line.split()) in said, f"{command}\nsaid: {said}"
    assert commands > 15 and next(files, None) is None
    records = manifest.read(tmp_path / "home")
    assert [(r.rows, r.quarantined, r.extracted) for r in records] == [(3, 0, 3), (2, 0, 2), (2, 1, 3), (3, 0, 3)]
