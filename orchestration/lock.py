"""One writer: whoever lands, builds or publishes holds `$GHALA_HOME/.lock`; a second one is turned away, or waits."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from orchestration.errors import GhalaError

_held: dict[Path, tuple[FileLock, int]] = {}
_guard = threading.Lock()


@contextmanager
def writer(home: Path, wait: float = 0) -> Iterator[None]:
    """Hold the writer's lock of `home`; entering again in the same process is allowed and costs nothing.

    Raises GhalaError, naming the process, when another process still holds it after `wait` seconds.
    """
    path = home.absolute() / ".lock"
    with _guard:
        lock, depth = _held[path] if path in _held else (_acquire(path, wait), 0)
        _held[path] = (lock, depth + 1)
    try:
        yield
    finally:
        with _guard:
            lock, depth = _held[path]
            if depth > 1:
                _held[path] = (lock, depth - 1)
            else:
                del _held[path]
                lock.release()


def _acquire(path: Path, wait: float) -> FileLock:
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path, thread_local=False)
    owner = path.with_name(".lock.pid")  # beside the lock: some systems refuse to read a locked file
    try:
        lock.acquire(timeout=wait)
    except Timeout as error:
        pid = owner.read_text().strip() if owner.exists() else "unknown"
        raise GhalaError(
            f"another Ghala is writing (process {pid})",
            str(path),
            f"wait until it has ended, or end it with: kill {pid}; reading with `ghala query` is always possible",
        ) from error
    owner.write_text(f"{os.getpid()}\n")
    return lock
