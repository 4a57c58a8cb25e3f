"""Which files belong to a date, and what keeps them from being read."""

import errno
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

from orchestration.errors import UnavailableError
from orchestration.ingest.extract.batch import BadFileError, connection_setting
from orchestration.ingest.extract.share import unavailable
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
        self._listed: dict[Path, dict[str, os.DirEntry[str]] | UnavailableError] = {}

    def find(self, pattern: str) -> list[Found]:
        """The files that match a pattern relative to the root, by name. Raises UnavailableError, also for a part."""
        parent, _, name = pattern.rpartition("/")
        parents = self._parents(parent) if WILD.search(parent) else [self._root / parent]
        found = [file for folder in parents for file in self._matching(folder, name)]
        return sorted(found, key=lambda file: file.path)

    def seen(self, pattern: str) -> list[Found] | None:
        """The files that match a pattern; None where their folder cannot be read."""
        try:
            return self.find(pattern)
        except UnavailableError:
            return None

    def _parents(self, pattern: str) -> list[Path]:
        """The folders that match a pattern. Not by Path.glob: to that a folder without permission is an empty one."""
        found = [self._root]
        for part in pattern.split("/"):
            found = list(dict.fromkeys(below for folder in found for below in self._below(folder, part)))
        return found

    def _below(self, folder: Path, part: str) -> Iterator[Path]:
        if not WILD.search(part):
            yield folder / part
            return
        if part == "**":
            yield folder
        for name, entry in self._list(folder).items():
            if not fnmatchcase(name, part):
                continue
            with _readable(folder, self._root):
                is_folder, is_link = _is_folder(entry), entry.is_symlink()
            if part != "**" and is_folder:
                yield folder / name
            elif is_folder and not is_link:
                yield from self._below(folder / name, part)

    def _matching(self, folder: Path, pattern: str) -> Iterator[Found]:
        entries = self._list(folder)
        is_inside = self._is_inside(folder)
        for name, entry in entries.items():
            # A lock without its workbook stands for it: the warehouse's file is not there yet, but it will be.
            real = name.removeprefix(LOCK)
            if not fnmatchcase(real, pattern) or (real != name and real in entries):
                continue
            path = folder / real
            with _readable(folder, self._root):
                looked = self._look(folder / name, entry, is_inside)
            if looked is None:
                continue
            status, strange = looked
            yield Found(
                path,
                path.relative_to(self._root).as_posix(),
                status.st_size,
                status.st_mtime_ns,
                status.st_mode,
                real != name or LOCK + name in entries,
                strange,
            )

    def _look(self, path: Path, entry: os.DirEntry[str], is_inside: bool) -> tuple[os.stat_result, str | None] | None:
        """What a name stands for, and why it is no plain file; None for a folder, and for what is gone by now."""
        try:
            if _is_folder(entry):
                return None
            strange = None if entry.is_file() else IRREGULAR
        except OSError:
            if not entry.is_symlink():
                raise
            strange = IRREGULAR  # the link is at fault: in a circle, or to where nothing may be read
        if not is_inside or (entry.is_symlink() and not self._is_inside(path)):
            strange = OUTSIDE
        try:
            return entry.stat(follow_symlinks=strange is None), strange
        except FileNotFoundError:
            return None

    def _is_inside(self, path: Path) -> bool:
        return Path(os.path.realpath(path)).is_relative_to(self._real)

    def _list(self, folder: Path) -> dict[str, os.DirEntry[str]]:
        if folder not in self._listed:
            try:
                with _readable(folder, self._root):
                    self._listed[folder] = _entries(folder)
            except UnavailableError as error:
                self._listed[folder] = error  # a mount may take a minute to say so, each time that it is asked
        found = self._listed[folder]
        if isinstance(found, UnavailableError):
            raise found
        return found


def _entries(folder: Path) -> dict[str, os.DirEntry[str]]:
    """What a folder holds, by name; nothing where it is not there."""
    try:
        with os.scandir(folder) as entries:
            return {entry.name: entry for entry in entries}
    except (FileNotFoundError, NotADirectoryError):
        return {}


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether it is a folder or leads to one; links in a circle do not. Raises OSError when that cannot be seen."""
    try:
        return entry.is_dir()
    except OSError as error:
        if error.errno == errno.ELOOP:
            return False
        raise


@contextmanager
def _readable(folder: Path, root: Path) -> Iterator[None]:
    """A share that answers with an error is the outage of a source, not the end of the run: UnavailableError."""
    try:
        yield
    except OSError as error:
        raise UnavailableError(
            f"the folder cannot be read: {error.strerror or error}",
            str(error.filename or folder),
            "mount it anew, or give the right to read it, then run again; the previous data stay",
            is_whole=folder == root or not isinstance(error, PermissionError),  # others' folders may be open
        ) from error


def folder_of(contract: Contract) -> Path:
    """The folder of a connection. Raises ConfigError when it is not configured, UnavailableError when it is gone."""
    how = contract.extraction
    root = Path(connection_setting(how.connection, "DIR", contract.file))
    with _readable(root, root):
        is_there = root.is_dir()
    if not is_there:
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
    return None if file.mode & ANYBODY and _is_allowed(file.path) else FORBIDDEN


def _is_allowed(path: Path) -> bool:
    """Whether a file may be read; to a share that breaks os.access says no, and reading says why."""
    if os.access(path, os.R_OK):
        return True
    try:
        path.open("rb").close()
    except OSError as error:
        return not isinstance(error, PermissionError)
    return True


def digest(file: Found) -> str:
    """The SHA-256 of a file's content. Raises BadFileError for one with an obstacle, UnavailableError for a share's."""
    if problem := obstacle(file):
        raise BadFileError(problem)
    try:
        with file.path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except PermissionError as error:
        raise BadFileError(FORBIDDEN) from error
    except OSError as error:
        raise unavailable(error, file.path) from error
