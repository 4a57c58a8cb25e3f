"""Files that are either the old or the new ones, never half of both."""

import json
import os
from pathlib import Path
from typing import Any


def write_atomic(path: Path, content: bytes, mode: int = 0o644, sync: bool = True) -> None:
    """Replace `path` by `content`: temporary file beside it, fsync (if `sync`), rename, fsync of the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        if sync:
            file.flush()
            os.fsync(file.fileno())
    temporary.chmod(mode)
    temporary.replace(path)
    if sync:
        sync_folder(path.parent)


def write_json(path: Path, values: dict[str, Any], mode: int = 0o644) -> None:
    """Replace `path` by these values as JSON."""
    write_atomic(path, (json.dumps(values, indent=1) + "\n").encode(), mode)


def sync_folder(folder: Path) -> None:
    """Make renames in `folder` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep_temporary(folder: Path) -> None:
    """Delete what a killed writer left behind."""
    for path in folder.glob(".*.tmp"):
        path.unlink(missing_ok=True)
