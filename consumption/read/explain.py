"""DuckDB's errors in words that say what to do next."""

import re
from collections.abc import Mapping
from typing import Any

from consumption.read.errors import ReadError, Reason

WHERE = "the SQL of the query"
COLUMN = re.compile(r'column "?([A-Za-z_][A-Za-z0-9_.]*)"?')
TOO_MUCH = "aggregate, filter on a date, or ask for fewer columns"
NEXT = (
    ("does not have a column", "describe names the columns of a table"),
    ("not found in from clause", "describe names the columns of a table"),
    ("must appear in the group by", "add it to group by, or group by all"),
    ("could not convert", "try_cast gives null where a text is no such value"),
    ("no function matches", "cast the arguments: DuckDB does not guess types"),
)


def explained(text: str, job: Mapping[str, Any]) -> ReadError:
    """An error of DuckDB about the query of a job; a column that is withheld is said to be so."""
    said = text.strip().split("\n\nPossible solutions")[0].split("\n\nSee also")[0]
    low = said.lower()
    named = COLUMN.search(said)
    if named and named[1].rpartition(".")[2].lower() in job.get("withheld", ()):
        return ReadError(
            Reason.REFUSED,
            f"{named[1].rpartition('.')[2]} is personal data, which is not served",
            WHERE,
            "leave it out; describe says which columns are served",
        )
    if low.startswith("out of memory"):  # nowhere else: the text of the query and its values stand in errors too
        return ReadError(Reason.TOO_MUCH, "the query takes more memory than it may have", WHERE, TOO_MUCH)
    if low.startswith(("io error", "invalid input error: attempting to execute", "fatal", "serialization")):
        return unreadable(said)
    advice = next((advice for sign, advice in NEXT if sign in low), "the dialect is DuckDB's; write it anew")
    return ReadError(Reason.REFUSED, said, WHERE, advice)


def unreadable(text: str, file: str = "the serving file") -> ReadError:
    """What is said when DuckDB cannot read a published version, for whatever reason."""
    return ReadError(
        Reason.BROKEN,
        f"the published version cannot be read: {text.strip().splitlines()[0]}",
        file,
        "the operator goes back to the last good one (ghala versions, ghala rollback); the next question sees it",
    )
