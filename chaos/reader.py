"""A reader who never stops looking: `python -m chaos.reader <serving>` until SIGTERM, then what he saw as JSON."""

import json
import signal
import sys
import time
from pathlib import Path
from types import FrameType

import duckdb

PAUSE = 0.1  # seconds between two looks


def look(link: Path) -> str | None:
    """Open what the link names now and count the rows of every mart; what is wrong, or None."""
    try:
        version = link.resolve()
        with duckdb.connect(str(link), read_only=True) as connection:
            if link.resolve() != version:  # it flipped just now: which of both was opened is not known
                return None
            facts = json.loads(version.with_suffix(".json").read_text())
            for table, rows in facts["tables"].items():
                found = connection.execute(f"select count(*) from {table}").fetchone()
                if found != (rows,):
                    return f"{version.name}: {table} has {found}, its facts say {rows}"
    except (OSError, ValueError, duckdb.Error) as error:
        return f"{type(error).__name__}: {error}"
    return None


def main(serving: str) -> None:
    """Look until told to stop; prints {"looks": n, "wrong": […]}."""
    is_over, looks, wrong = False, 0, []

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal is_over
        is_over = True

    signal.signal(signal.SIGTERM, stop)
    print("ready", flush=True)
    while not is_over:
        looks += 1
        if (found := look(Path(serving) / "ghala.duckdb")) is not None:
            wrong.append(found)
        time.sleep(PAUSE)
    print(json.dumps({"looks": looks, "wrong": wrong[:5]}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
