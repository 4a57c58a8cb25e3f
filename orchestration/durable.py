"""Makes what was written survive a power cut."""

import os
from pathlib import Path


def sync(path: Path) -> None:
    """Make a file's content, or a folder's names, durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_durably(file: Path, content: bytes) -> None:
    """Replace a small file as a whole or not at all."""
    beside = file.with_name(f".{file.name}.tmp")
    beside.write_bytes(content)
    sync(beside)
    beside.replace(file)
    sync(file.parent)
