"""What a packed file may unpack to: a few kilobytes must not fill the disk or the memory."""

import re
import zipfile
import zlib
from pathlib import Path

from orchestration.ingest.extract.batch import BadFileError

# Deflate packs zeros a thousandfold; the simulator's files unpack to at most 8 times their size (web events).
TIMES = 200
ALWAYS = 64 << 20  # bytes that any file may unpack to
CELLS = 1 << 25  # of a sheet, from its first to its last: one value in the last corner of Excel spans 17 billion
PIECE, TAG = 1 << 20, 256  # bytes read at once, and those of a tag that may be cut in two
CELL = re.compile(rb'<c [^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"')
SHEET = "xl/worksheets/"


def limit(file: Path) -> int:
    """The bytes that a packed file may unpack to."""
    return max(ALWAYS, TIMES * file.stat().st_size)


def bomb(file: Path) -> BadFileError:
    """The error of a file that unpacks to more."""
    allowed = limit(file) >> 20
    return BadFileError(f"the file cannot be read: it unpacks to more than {allowed} MB ({TIMES} times its size)")


def check_workbook(file: Path) -> None:
    """Raises BadFileError for a workbook that is larger than it may be, or whose parts are not as it says.

    Every part is unpacked once and thrown away: the sizes that a zip file declares are only words.
    """
    if not zipfile.is_zipfile(file):
        return
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > limit(file):
                raise bomb(file)
            for part in parts:
                _check(archive, part)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise BadFileError(f"the file cannot be read: {error}") from error


def _check(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    is_sheet, rest = part.filename.startswith(SHEET), b""
    rows, columns = [1 << 20, 0], [1 << 14, 0]  # first and last
    with archive.open(part) as content:
        while piece := content.read(PIECE):
            if not is_sheet:
                continue
            text = rest + piece
            for match in CELL.finditer(text):
                column, row = _number(match[1]), int(match[2])
                rows = [min(rows[0], row), max(rows[1], row)]
                columns = [min(columns[0], column), max(columns[1], column)]
            rest = text[-TAG:]
    if (rows[1] - rows[0] + 1) * (columns[1] - columns[0] + 1) > CELLS and rows[1]:
        raise BadFileError(f"the file cannot be read: {part.filename} spans more than {CELLS:,} cells")


def _number(letters: bytes) -> int:
    """A column as a number from 1: A, B, … Z, AA."""
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number
