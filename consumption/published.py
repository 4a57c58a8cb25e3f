"""The published version that readers see now, opened once per process and version."""

from pathlib import Path
from threading import Lock

import duckdb

from orchestration.publish_files import LINK
from orchestration.serving import CLOSED, newest, unreadable

# Locked as it opens: while a cursor of a version is left, opening it anew gives the same database, locked already.
LOCKED = {**CLOSED, "lock_configuration": "true"}
_open: dict[Path, duckdb.DuckDBPyConnection] = {}
_lock = Lock()


def cursor(serving: Path) -> tuple[str, duckdb.DuckDBPyConnection]:
    """The name of the newest version and a cursor of it, for one thread; a new version is noticed at the next call.

    A cursor goes on reading its version after a flip, even after the version was removed. A query of
    it names schemas (`marts.…`, `ops.…`): a cursor has no search path. Raises GhalaError when
    nothing is published, or when the file cannot be read.
    """
    file = (serving / LINK).resolve()
    with _lock:
        if file not in _open:
            newest(serving)
            try:
                opened = duckdb.connect(str(file), read_only=True, config=LOCKED)
            except duckdb.Error as error:
                raise unreadable(file, error) from error
            for old in [one for one in _open if one.parent == file.parent]:
                del _open[old]  # closed when its last cursor is gone
            _open[file] = opened
        return file.stem.removeprefix("ghala-"), _open[file].cursor()
