"""The semantic manifest that belongs to a published version."""

import functools
import gzip
from pathlib import Path
from typing import Any

import orjson

from orchestration import state
from orchestration.errors import GhalaError


@functools.lru_cache(maxsize=2)  # the version that readers see, and the one before it while requests still run
def of_version(home: Path, version: str) -> dict[str, Any]:
    """The manifest of a version. Raises GhalaError when none was kept."""
    file = state.semantic_file_of(home, version)
    if not file.is_file():
        raise GhalaError(
            f"version {version} was published without its metrics",
            str(file),
            "publish anew: ghala build, ghala publish",
        )
    manifest: dict[str, Any] = orjson.loads(gzip.decompress(file.read_bytes()))
    return manifest
