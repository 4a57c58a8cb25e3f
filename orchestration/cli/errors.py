"""Errors on one screen: what, where, what next. Tracebacks go to logs/."""

import errno
import os
import traceback
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.text import Text

from orchestration.errors import GhalaError
from orchestration.redact import redact

LINES = 18  # with its frame that leaves room for the prompt on a terminal of 24 lines


def report(error: Exception) -> int:
    """Print an error to stderr; returns the exit code."""
    known = error if isinstance(error, GhalaError) else _known(error)
    console = Console(stderr=True, highlight=False)
    for line in lines(known):
        console.print(line, soft_wrap=True)
    return known.exit_code


def lines(error: GhalaError) -> list[Text]:
    """The lines of an error, cut to one screen."""
    what = error.what.splitlines() or ["something failed"]
    if len(what) > LINES:
        what = [*what[: LINES - 1], f"… {len(what) - LINES + 1} more lines"]
    head = Text.assemble(("error ", "bold red"), (what[0], "bold"))
    where = Text.assemble(("where ", "cyan"), error.where)
    after = Text.assemble(("next  ", "green"), error.next_step)
    return [head, *(Text("      " + line) for line in what[1:]), where, after]


def _known(error: Exception) -> GhalaError:
    """An unforeseen error as a Ghala error; the traceback goes to a file."""
    file = _log(error)
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return GhalaError(
            "the disk is full; what was published before is still in place",
            str(error.filename or file or "GHALA_HOME"),
            "free some space, then run the same command again",
        )
    text = str(error).strip() or type(error).__name__
    return GhalaError(
        f"{type(error).__name__}: {text}",
        str(file) if file else "no log could be written",
        "the file has the traceback; run the same command again, and report it if it stays",
    )


def _log(error: Exception) -> Path | None:
    folder = Path(os.environ.get("GHALA_HOME") or "data") / "logs"
    file = folder / f"error-{datetime.now(UTC):%Y%m%dT%H%M%S}.log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text(redact("".join(traceback.format_exception(error))))
    except OSError:
        return None
    return file
