"""Files of JSON lines that only grow: a line is appended whole and made durable, a torn one costs no other."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson


def append(path: Path, values: Mapping[str, Any]) -> None:
    """Add a line; what a killed writer left of its last one becomes a line of its own, which readers skip."""
    with path.open("ab") as file:
        if _is_torn(path):
            file.write(b"\n")
        file.write(orjson.dumps(values) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def read(path: Path) -> Iterator[dict[str, Any]]:
    """Every line that is a JSON object; none where there is no file."""
    if not path.is_file():
        return
    for line in path.read_bytes().splitlines():
        try:
            values = orjson.loads(line)
        except orjson.JSONDecodeError:
            continue
        if isinstance(values, dict):
            yield values


def _is_torn(path: Path) -> bool:
    with path.open("rb") as file:
        size = path.stat().st_size
        if not size:
            return False
        file.seek(size - 1)
        return file.read(1) != b"\n"
