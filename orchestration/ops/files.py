"""A run as a file: appended to the history once, whole or not at all. The tables can be filled again from these."""

import gzip
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from orchestration.durable import write_durably

SUFFIX = ".json.gz"  # a run of 760 nodes: 286 KB of text, 11 KB of file

LEVEL = 6


def folder(home: Path) -> Path:
    """Where the history of runs is."""
    return home / "ops"


def run_id(started_at: datetime) -> str:
    """The name of a run, which sorts by time: one writer at a time means one run a microsecond."""
    return started_at.strftime("%Y%m%dT%H%M%S%fZ")


def keep(home: Path, document: Mapping[str, Any]) -> Path:
    """Add a run to the history; one that is there stays as it is."""
    file = folder(home) / f"{document['run']['run_id']}{SUFFIX}"
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        text = json.dumps(document, separators=(",", ":"), default=str) + "\n"
        write_durably(file, gzip.compress(text.encode(), LEVEL, mtime=0))
    return file


def known(home: Path) -> dict[str, Path]:
    """Every file of the history by its run, oldest first."""
    return {
        file.name.removesuffix(SUFFIX): file
        for file in sorted(folder(home).glob(f"*{SUFFIX}"))
        if not file.name.startswith(".")
    }


def newest(home: Path) -> dict[str, Any] | None:
    """The last run of the history as a document, None before the first."""
    history = known(home)
    if not history:
        return None
    return read(history[max(history)])


def read(file: Path) -> dict[str, Any]:
    """A run of the history as a document."""
    document: dict[str, Any] = json.loads(gzip.decompress(file.read_bytes()))
    return document
