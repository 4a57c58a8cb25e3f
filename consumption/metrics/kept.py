"""The semantic manifest that belongs to a published version."""

import functools
from pathlib import Path
from typing import Any

from orchestration import state
from orchestration.errors import GhalaError


@functools.lru_cache(maxsize=2)  # the version that readers see, and the one before it while requests still run
def of_version(home: Path, version: str) -> dict[str, Any]:
    """The manifest of a version. Raises GhalaError when none was kept, or when it cannot be read."""
    manifest = state.semantic_of(home, version)
    if manifest is None:
        raise GhalaError(
            f"version {version} was published without its metrics",
            str(state.semantic_file_of(home, version)),
            "publish anew: ghala build, ghala publish",
        )
    return manifest
