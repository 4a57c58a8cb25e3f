"""After a rollback readers stay where they were put: a run goes on building, and only a person publishes again."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from orchestration import publish_files as files
from orchestration.durable import write_durably

NAME = ".hold.json"


@dataclass(frozen=True)
class Hold:
    """Readers were put back to `version`, away from `left`, at `at` (UTC)."""

    version: str
    left: str
    at: str


def hold_of(serving: Path) -> Hold | None:
    """The hold in force. It counts only while readers see its version: a rollback that was killed before it took
    effect, and a publication that was killed after its flip, leave a note that means nothing."""
    try:
        hold = Hold(**json.loads((serving / NAME).read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    return hold if hold.version == files.current(serving) else None


def keep(serving: Path, hold: Hold) -> None:
    """Note a hold durably, before the link flips."""
    write_durably(serving / NAME, json.dumps(asdict(hold)).encode())


def release(serving: Path) -> None:
    """Forget the hold, after the link has flipped."""
    (serving / NAME).unlink(missing_ok=True)
