"""What the documents on operations name is there: runbooks, commands and options, columns of `ops`, links."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import typer

from chaos.faults import FAULTS
from orchestration.alerts.payload import RUNBOOKS
from orchestration.cli.main import _typer
from orchestration.ops.shape import TABLES, listed

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
FOLDER = DOCS / "runbooks"
INDEX = FOLDER / "README.md"
ALL = sorted(FOLDER.glob("*.md"))
BOOKS = [file for file in ALL if file != INDEX]
OPERATIONS = DOCS / "operations.md"
README = DOCS.parent / "README.md"
CHECKED = [
    README,
    *ALL,
    *sorted(file for folder in (DOCS, DOCS / "adr", DOCS / "tutorials") for file in folder.glob("*.md")),
]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
PARTS = ("Symptom", "Check", "Fix")


def names(files: list[Path]) -> list[str]:
    return [file.relative_to(DOCS.parent).as_posix() for file in files]


def commands(text: str) -> Iterator[str]:
    """What a document tells to type: lines of a transcript after `$ `, and code within a sentence."""
    for _, block in FENCE.findall(text):
        # A quoted query goes over several lines.
        yield from (one for one in re.findall(r'^\$ ((?:[^"\n]|"[^"]*")*)', block, re.MULTILINE))
    yield from re.findall(r"`([^`\n]+)`", FENCE.sub("", text))


def of_ghala(command: str) -> list[str] | None:
    """The words after `ghala` of a command; None for another one."""
    found = re.match(r"(?:[A-Z_]+=\S+ )*ghala(?: (.*))?$", command, re.DOTALL)
    if found is None:
        return None
    words = shlex.split(found.group(1) or "", comments=True)
    end = next((place for place, word in enumerate(words) if word in ("|", ">", ";", "&&")), len(words))
    return words[:end]


def mistake(words: list[str]) -> str | None:
    """What the command line would not understand in these words."""
    command = typer.main.get_command(_typer)
    while words and hasattr(command, "commands"):
        name, *words = words
        if name.startswith("-"):
            return None if name == "--help" else f"no option {name}"
        name = name.split("|")[0]  # list|show|replay
        if name not in command.commands:
            return f"no command {name}"
        command = command.commands[name]
    context = command.context_class(command, info_name=command.name)
    try:
        _, left, _ = command.make_parser(context).parse_args(list(words))
    except Exception as error:  # noqa: BLE001  (the parser's own errors)
        return str(error)
    return f"too much: {left}" if left else None


def test_every_incident_has_its_runbook() -> None:
    assert {name for name in RUNBOOKS.values() if not (FOLDER / f"{name}.md").is_file()} == set()


def test_the_index_names_every_runbook() -> None:
    assert {file.name for file in BOOKS} - set(LINK.findall(INDEX.read_text(encoding="utf-8"))) == set()


@pytest.mark.parametrize("file", BOOKS, ids=names(BOOKS))
def test_a_runbook_has_symptom_check_fix_and_a_transcript(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert [part for part in PARTS if not re.search(rf"^(?:## {part}$|\*\*{part}\b)", text, re.MULTILINE)] == []
    assert any(re.search(r"^\$ (?:[A-Z_]+=\S+ )*ghala ", block, re.MULTILINE) for _, block in FENCE.findall(text))


@pytest.mark.parametrize("file", CHECKED, ids=names(CHECKED))
def test_the_command_line_knows_what_a_document_tells_to_type(file: Path) -> None:
    told = [one for one in commands(file.read_text(encoding="utf-8")) if of_ghala(one) is not None]
    assert [(one, wrong) for one in told if (wrong := mistake(of_ghala(one) or []))] == []


def test_the_command_line_is_asked() -> None:
    told = [one for file in CHECKED for one in commands(file.read_text(encoding="utf-8")) if of_ghala(one)]
    assert len(told) > 150
    wrong = ["ghala rol", "ghala vacuum --dryrun", "ghala alerts lst", "ghala status now", "ghala run --from"]
    assert [one for one in wrong if not mistake(of_ghala(one) or [])] == []


@pytest.mark.parametrize("file", CHECKED, ids=names(CHECKED))
def test_links_lead_to_files(file: Path) -> None:
    links = [link for link in LINK.findall(file.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (file.parent / link).exists()] == []


def test_queries_on_ops_name_tables_and_columns_that_are_there() -> None:
    connection = duckdb.connect()
    connection.execute("create schema ops")
    for table, columns in TABLES.items():
        connection.execute(f"create table ops.{table} ({listed(columns)})")
    asked = [block for kind, block in FENCE.findall(OPERATIONS.read_text(encoding="utf-8")) if kind == "sql"]
    for file in [*ALL, OPERATIONS]:
        told = (of_ghala(one) for one in commands(file.read_text(encoding="utf-8")))
        asked += [words[1] for words in told if words and words[0] == "query" and "ops." in str(words[1:])]
    assert len(asked) > 15
    for query in asked:
        connection.execute(query)


def test_faults_that_a_runbook_was_tried_with_are_drawn_by_the_harness() -> None:
    told = {name for file in ALL for name in re.findall(r"--only ([a-z-]+)", file.read_text(encoding="utf-8"))}
    assert told
    assert told <= FAULTS.keys()
