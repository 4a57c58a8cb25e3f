"""Which files belong to a date, and what keeps them from being read."""

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

from orchestration.errors import UnavailableError
from orchestration.ingest.extract.batch import BadFileError, connection_setting
from orchestration.ingest.model import Contract

DATE = re.compile(r"\{date:([^}]*)\}")
WILD = re.compile(r"[*?\[]")
LOCK = "~$"  # Excel writes ~$name.xlsx beside a workbook that somebody has open
EMPTY = "the file is empty (0 bytes)"
LOCKED = f"the file is locked: it is open in Excel ({LOCK}… lies beside it)"
FORBIDDEN = "the file is locked: it may not be read (no permission)"
OUTSIDE = "the file is a link to outside of its folder"
IRREGULAR = "it is no file but a pipe, a device or a link to nothing"
OBSTACLES = (EMPTY, LOCKED, FORBIDDEN, OUTSIDE, IRREGULAR)  # these are seen without reading a file
ANYBODY = 0o444


@dataclass(frozen=True)
class Found:
    """A file as its folder shows it: its path below the connection's folder, bytes, mtime in ns, mode."""

    path: Path
    name: str
    bytes: int
    mtime: int
    mode: int
    has_lock: bool
    strange: str | None = None  # why its kind alone keeps it from being read: OUTSIDE or IRREGULAR


class Folders:
    """The listings of one connection's folder: each folder is listed once, and no more of them than are asked for.

    A link is followed as long as it stays below the folder; to whatever lies elsewhere the contract gives no right.
    """

    def __init__(self, root: Path) -> None:
        self._root, self._real = root, root.resolve()
        self._listed: dict[Path, dict[str, os.DirEntry[str]]] = {}

    def find(self, pattern: str) -> list[Found]:
        """The files that match a pattern relative to the root, by name."""
        parent, _, name = pattern.rpartition("/")
        parents = self._root.glob(parent) if WILD.search(parent) else [self._root / parent]
        found = [file for folder in parents for file in self._matching(folder, name)]
        return sorted(found, key=lambda file: file.path)

    def _matching(self, folder: Path, pattern: str) -> Iterator[Found]:
        entries = self._list(folder)
        is_inside = self._is_inside(folder)
        for name, entry in entries.items():
            # A lock without its workbook stands for it: the warehouse's file is not there yet, but it will be.
            real = name.removeprefix(LOCK)
            if not fnmatchcase(real, pattern) or (real != name and real in entries):
                continue
            path = folder / real
            try:
                if entry.is_dir():
                    continue
                strange = None if entry.is_file() else IRREGULAR
            except OSError:  # links in a circle
                strange = IRREGULAR
            if not is_inside or (entry.is_symlink() and not self._is_inside(folder / name)):
                strange = OUTSIDE
            status = entry.stat(follow_symlinks=strange is None)
            yield Found(
                path,
                path.relative_to(self._root).as_posix(),
                status.st_size,
                status.st_mtime_ns,
                status.st_mode,
                real != name or LOCK + name in entries,
                strange,
            )

    def _is_inside(self, path: Path) -> bool:
        return Path(os.path.realpath(path)).is_relative_to(self._real)

    def _list(self, folder: Path) -> dict[str, os.DirEntry[str]]:
        if folder not in self._listed:
            try:
                with os.scandir(folder) as entries:
                    self._listed[folder] = {entry.name: entry for entry in entries}
            except (FileNotFoundError, NotADirectoryError):
                self._listed[folder] = {}
        return self._listed[folder]


def folder_of(contract: Contract) -> Path:
    """The folder of a connection. Raises ConfigError when it is not configured, UnavailableError when it is gone."""
    how = contract.extraction
    root = Path(connection_setting(how.connection, "DIR", contract.file))
    if not root.is_dir():
        raise UnavailableError(
            f"the folder of '{how.connection}' is not there",
            str(root),
            f"mount it, or correct GHALA_{how.connection.upper()}_DIR, then run again; the previous data stay",
            is_whole=True,
        )
    return root


def pattern_of(contract: Contract, day: date) -> str:
    """The pattern of a date's files, relative to the folder."""
    return DATE.sub(lambda match: day.strftime(match[1]), contract.extraction.path or "*")


def is_dated(contract: Contract) -> bool:
    """Whether the names of the files say their date."""
    return DATE.search(contract.extraction.path or "") is not None


def obstacle(file: Found) -> str | None:
    """What keeps a file from being read, seen without reading it."""
    if file.strange is not None:
        return file.strange
    if file.has_lock:
        return LOCKED
    if file.bytes == 0:
        return EMPTY
    # The administrator may read anything; a file that nobody may read is still meant to be closed.
    return None if file.mode & ANYBODY and os.access(file.path, os.R_OK) else FORBIDDEN


def digest(file: Found) -> str:
    """The SHA-256 of a file's content. Raises BadFileError when it cannot be read."""
    if problem := obstacle(file):
        raise BadFileError(problem)
    try:
        with file.path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except PermissionError as error:
        raise BadFileError(FORBIDDEN) from error
    except OSError as error:
        raise BadFileError(f"the file cannot be read: {error.strerror}") from error
