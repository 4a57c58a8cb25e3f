"""A text file as plain UTF-8: itself, or an unpacked or recoded copy."""

import codecs
import gzip
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from orchestration.ingest.extract.archive import bomb, limit

PATTERN = re.compile(r"[*?\[\]{}]")  # in a name the readers take these for a pattern of several files
COPIED_BYTES = 1 << 20
HEAD_CHARACTERS = 1 << 18  # looked at for the end of a line: longer than a header of 10,000 columns


@contextmanager
def plain(file: Path, encodings: Sequence[str], scratch: Path) -> Iterator[Path]:
    """The file in UTF-8; a copy lies in `scratch` and is removed afterwards.

    Of several encodings the first one counts in which the whole file can be read. Raises UnicodeDecodeError when
    there is none, BadFileError for a packed file that unpacks to too much, and what gzip raises for a broken one.
    """
    packed, first = file.suffix == ".gz", encodings[0]
    if (
        not packed
        and not PATTERN.search(str(file))
        and first == "utf-8"
        and not _has_only_returns(file, first, packed=packed)
        and (len(encodings) == 1 or _is_utf8(file))
    ):
        yield file
        return
    copy = scratch / f"{PATTERN.sub('_', file.name)}.plain"
    copy.parent.mkdir(parents=True, exist_ok=True)
    try:
        for encoding in encodings:
            try:
                _copy(file, copy, encoding, packed=packed)
                break
            except UnicodeDecodeError:
                if encoding == encodings[-1]:
                    raise
        yield copy
    finally:
        copy.unlink(missing_ok=True)


def _is_utf8(file: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with file.open("rb") as content:
        try:
            while piece := content.read(COPIED_BYTES):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _copy(file: Path, copy: Path, encoding: str, *, packed: bool) -> None:
    opened = gzip.open if packed else open
    newline = None if _has_only_returns(file, encoding, packed=packed) else ""
    with (
        opened(file, "rt", encoding=encoding, newline=newline) as source,
        copy.open("w", encoding="utf-8", newline="") as target,
    ):
        allowed, copied = limit(file) if packed else 0, 0
        while piece := source.read(COPIED_BYTES):
            copied += len(piece)
            if packed and copied > allowed:
                raise bomb(file)
            target.write(piece)


def _has_only_returns(file: Path, encoding: str, *, packed: bool) -> bool:
    """Whether lines end as on old Macs, which no reader of CSV knows."""
    opened = gzip.open if packed else open
    with opened(file, "rt", encoding=encoding, errors="replace", newline="") as source:
        head = source.read(HEAD_CHARACTERS)
    return "\r" in head and "\n" not in head
