"""The tutorials, followed: their files, their commands, and each line of output they show."""

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestration.cli import terminal
from orchestration.cli.main import _typer
from orchestration.errors import GhalaError
from orchestration.ingest import manifest

ROOT = Path(__file__).parents[3]
BLOCK = re.compile(r"```(csv|console|python) ?(\S*)\n(.*?)```", re.DOTALL)
LANDED = {  # rows, quarantined, extracted of each load
    "onboard-a-source": [(3, 0, 3), (2, 0, 2), (2, 1, 3), (3, 0, 3), (197, 3, 200)],
    "when-a-gate-stops": [(4, 0, 4)],
}


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


@pytest.mark.parametrize("name", sorted(LANDED))
def test_a_tutorial_says_what_happens(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in [variable for variable in os.environ if variable.startswith("GHALA_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setattr(terminal.out, "width", 400)  # a table of many columns is folded otherwise
    monkeypatch.setattr(os, "environ", os.environ.copy())
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dbt_project.yml").write_text("name: tutorial\n")
    (tmp_path / "drop").mkdir()
    os.environ |= {"GHALA_HOME": str(tmp_path / "home"), "GHALA_PROJECT": str(tmp_path)}
    shown = 0
    for kind, file, content in BLOCK.findall((ROOT / f"docs/tutorials/{name}.md").read_text(encoding="utf-8")):
        if kind == "csv":
            (tmp_path / file).write_text(content, encoding="utf-8")
            continue
        if kind == "python":
            exec(compile(content, name, "exec"), {})  # noqa: S102
            continue
        for part in content.split("$ ")[1:]:
            command, *lines = part.splitlines()
            said = run(command)
            for line in lines:
                shown += 1
                assert " ".join(line.split()) in said, f"{command}\nsaid: {said}"
    assert shown > 15
    records = manifest.read(tmp_path / "home")
    assert [(record.rows, record.quarantined, record.extracted) for record in records] == LANDED[name]
