"""The file steps of publishing: copy, make durable, flip, forget. Each is safe to be killed in."""

import fcntl
import shutil
from collections.abc import Sequence
from pathlib import Path

from orchestration.durable import sync

LINK = "ghala.duckdb"
CLONE = 0x40049409  # ioctl FICLONE: share the blocks of a file (btrfs, xfs, bcachefs); elsewhere it fails and we copy


def copy(source: Path, target: Path) -> str:
    """Copy a file, as a copy-on-write clone where the file system can; returns `clone` or `copy`. Durable after it."""
    how = "clone"
    with source.open("rb") as reader, target.open("wb") as out:
        try:
            fcntl.ioctl(out.fileno(), CLONE, reader.fileno())
        except OSError:
            how = "copy"
    if how == "copy":
        shutil.copyfile(source, target)
    sync(target)
    return how


def data_file(serving: Path, version: str) -> Path:
    return serving / f"ghala-{version}.duckdb"


def facts_file(serving: Path, version: str) -> Path:
    return serving / f"ghala-{version}.json"


def versions(serving: Path) -> list[str]:
    """Published versions, newest first: those with both their data and their facts."""
    found = [file.stem.removeprefix("ghala-") for file in serving.glob("ghala-*.duckdb")]
    return sorted((version for version in found if facts_file(serving, version).is_file()), reverse=True)


def current(serving: Path) -> str | None:
    """The version that the link names, None before the first publication."""
    link = serving / LINK
    if not link.is_symlink():
        return None
    version = link.readlink().stem.removeprefix("ghala-")
    return version if data_file(serving, version).is_file() else None


def flip(serving: Path, version: str) -> None:
    """Point the link at a version in one rename: a reader opens the old file or the new one, never none."""
    beside = serving / f".{LINK}.tmp"
    beside.unlink(missing_ok=True)
    beside.symlink_to(data_file(serving, version).name)  # relative: the folder can be moved or mounted elsewhere
    beside.replace(serving / LINK)
    sync(serving)


def stale(serving: Path) -> list[Path]:
    """What a killed publication left: temporary files, and facts or data without the other half."""
    complete = set(versions(serving))
    found = list(serving.glob(".*.tmp"))
    found += [
        file
        for pattern in ("ghala-*.json", "ghala-*.duckdb")
        for file in serving.glob(pattern)
        if file.stem.removeprefix("ghala-") not in complete | {current(serving)}
    ]
    return found


def sweep(serving: Path) -> list[str]:
    """Remove what a killed publication left."""
    found = stale(serving)
    for file in found:
        file.unlink(missing_ok=True)
    return [file.name for file in found]


def to_forget(published: Sequence[str], serving_now: str | None, keep: int) -> list[str]:
    """Versions beyond the newest `keep`; the one that readers see is always kept."""
    return [version for version in published[keep:] if version != serving_now]


def forget(serving: Path, version: str) -> None:
    """Delete a version. A reader that has it open keeps reading: the system frees the blocks when it closes."""
    data_file(serving, version).unlink(missing_ok=True)
    facts_file(serving, version).unlink(missing_ok=True)
