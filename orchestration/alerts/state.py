"""Incidents on disk: `state.json` is what is open and owed, `history.jsonl` every change, appended before the state."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson
from filelock import FileLock, Timeout

from orchestration.alerts.model import Incident, Message, State
from orchestration.durable import write_durably
from orchestration.errors import GhalaError
from orchestration.ingest import lines

WAIT = 90  # seconds: longer than another process takes to give up on a receiver that does not answer


def folder(home: Path) -> Path:
    """Where alerts are kept."""
    return home / "alerts"


def history_file(home: Path) -> Path:
    """Every change of every incident; `ops.incident` is made from it."""
    return folder(home) / "history.jsonl"


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """One process at a time tells: `ghala run` and Dagster's daemon may look at the same moment."""
    folder(home).mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder(home) / ".lock", thread_local=False)
    try:
        lock.acquire(timeout=WAIT)
    except Timeout as error:
        raise GhalaError("another process is sending alerts", str(folder(home)), "then: ghala alerts send") from error
    try:
        yield
    finally:
        lock.release()


def load(home: Path) -> State:
    """The state; empty before the first. Raises GhalaError when the file is broken."""
    file = folder(home) / "state.json"
    try:
        values = orjson.loads(file.read_bytes())
        return State(
            open={key: Incident(**one) for key, one in values["open"].items()},
            outbox=tuple(_message(one) for one in values["outbox"]),
            muted=values["muted"],
            last_run=values["last_run"],
        )
    except FileNotFoundError:
        return State()
    except (ValueError, TypeError, KeyError) as error:
        step = "move it away: what is open is found again and told once more"
        raise GhalaError(f"the state of the alerts cannot be read ({error})", str(file), step) from error


def save(home: Path, state: State) -> None:
    """Replace the state as a whole."""
    folder(home).mkdir(parents=True, exist_ok=True)
    write_durably(folder(home) / "state.json", orjson.dumps(asdict(state), option=orjson.OPT_INDENT_2))


def append(home: Path, changes: Iterable[tuple[str, Incident]]) -> None:
    """Add changes to the history. A crash before the state is saved repeats them: the last line counts."""
    file = history_file(home)
    file.parent.mkdir(parents=True, exist_ok=True)
    for event, incident in changes:
        lines.append(file, {"event": event, **asdict(incident)})


def _message(values: dict[str, Any]) -> Message:
    return Message(values["event"], Incident(**values["incident"]), tuple(values["pending"]))
