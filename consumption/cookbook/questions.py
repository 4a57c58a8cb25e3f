"""The questions as files of SQL, and their answers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from pathlib import Path
from typing import Any

import duckdb

from orchestration.errors import GhalaError
from orchestration.serving import connect

FOLDER = Path("docs") / "cookbook"
HEADER = re.compile(r"question: (.+?) decision: (.+?) how to read: (.+)")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Question:
    """One file: its stem, what its header says, and the statement with its header."""

    name: str
    question: str
    decision: str
    reading: str
    sql: str


@dataclass(frozen=True)
class Answer:
    """The rows of a question at the last closed day of a published version."""

    question: Question
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    closed_day: date
    version: str


def questions(project: Path) -> list[Question]:
    """All questions of the cookbook by their number. Raises GhalaError for a file without its header."""
    return [_read(file) for file in sorted((project / FOLDER).glob("[0-9][0-9]_*.sql"))]


def _read(file: Path) -> Question:
    sql = file.read_text(encoding="utf-8")
    comment = takewhile(lambda line: line.startswith("--"), sql.splitlines())
    found = HEADER.fullmatch(" ".join(line.removeprefix("--").strip() for line in comment))
    if not found:
        raise GhalaError(
            "a question has no header of question, decision and how to read",
            str(file),
            "begin the file as the others in docs/cookbook do",
        )
    return Question(file.stem, found[1], found[2], found[3], sql)


def answers(project: Path, serving: Path) -> list[Answer]:
    """Every question asked of the version that is published now; facts of no day have no answer.

    Raises GhalaError when nothing is published, or when a statement does not fit the marts.
    """
    version = (serving / "ghala.duckdb").resolve().stem.removeprefix("ghala-")
    with connect(serving) as connection:
        return [_ask(connection, question, version) for question in questions(project)]


def _ask(connection: duckdb.DuckDBPyConnection, question: Question, version: str) -> Answer:
    try:
        closed_day = connection.execute("select max(business_date) from fct_inventory_daily").fetchall()[0][0]
        found = connection.execute(question.sql)
        columns = tuple(column[0] for column in found.description)
        rows = tuple(dict(zip(columns, row, strict=True)) for row in found.fetchall())
    except duckdb.Error as error:
        raise GhalaError(
            f"the published version does not answer a question: {str(error).splitlines()[0]}",
            f"docs/cookbook/{question.name}.sql",
            "publish a version of these models: ghala run",
        ) from error
    return Answer(question, columns, rows, closed_day, version)
