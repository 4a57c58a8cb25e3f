"""Errors on one screen: what, where, what next. Tracebacks go to logs/."""

import errno
import os
import shutil
import traceback
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.text import Text

from orchestration.errors import GhalaError
from orchestration.redact import redact

FULL = ("no space left", "disk is full")
NOTHING = 256 * 1024  # bytes: with less, whatever failed did so for want of space
LINES = 18  # with its frame that leaves room for the prompt on a terminal of 24 lines


def report(error: Exception) -> int:
    """Print an error to stderr; returns the exit code."""
    known = error if isinstance(error, GhalaError) and not _is_full(error) else _known(error)
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
    if _is_full(error):
        return GhalaError(
            "the disk is full, there is no space left; what was published before is still in place",
            str(getattr(error, "filename", None) or _home()),
            "free some space (docs/runbooks/disk-full.md), then run the same command again",
        )
    text = str(error).strip() or type(error).__name__
    return GhalaError(
        f"{type(error).__name__}: {text}",
        str(file) if file else "no log could be written",
        "the file has the traceback; run the same command again, and report it if it stays",
    )


def _is_full(error: Exception) -> bool:
    """Whether an error comes of a full disk: SQLite and DuckDB have words of their own for it, or none."""
    if isinstance(error, GhalaError) and "space" in error.what:
        return False  # it says so itself, and knows more
    if getattr(error, "errno", None) == errno.ENOSPC or any(word in str(error).lower() for word in FULL):
        return True
    try:
        return not isinstance(error, GhalaError) and shutil.disk_usage(_home()).free < NOTHING
    except OSError:
        return False


def _home() -> Path:
    return Path(os.environ.get("GHALA_HOME") or "data")


def _log(error: Exception) -> Path | None:
    folder = _home() / "logs"
    file = folder / f"error-{datetime.now(UTC):%Y%m%dT%H%M%S}.log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text(redact("".join(traceback.format_exception(error))))
    except OSError:
        return None
    return file
