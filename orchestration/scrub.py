"""Takes the identifiers of an erased person out of texts: logs, messages, the history of runs, Dagster's tables.

Ghala shows no personal value, but the words of an error are not its own: «Could not convert string 'CUS0000001' …».
"""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from gzip import compress, decompress
from pathlib import Path

from orchestration.alerts import state as alerts
from orchestration.durable import write_durably
from orchestration.errors import GhalaError
from orchestration.ingest import outages, rejections
from orchestration.quoting import identifier

GONE = "(erased)"
SHORTEST = 6  # characters of an identifier that is looked for in texts
BUSY = 60  # seconds that Dagster may hold a file that it writes
COLUMNS = """
    select t.name, c.name from sqlite_master as t, pragma_table_info(t.name) as c
    where t.type = 'table' and t.name not like 'sqlite_%'
"""


def scrub(home: Path, names: frozenset[str]) -> int:
    """Empty the identifiers out of all that was said; returns how many files had some. A second try ends a killed one.

    Short identifiers and those of digits only are not looked for: in a text they may mean anything. Raises GhalaError
    where another program reads what has to go.
    """
    sure = sorted((name for name in names if len(name) >= SHORTEST and not name.isdigit()), key=len, reverse=True)
    if not sure:
        return 0
    words = "|".join(re.escape(name) for name in sure)
    pattern = re.compile(rf"(?<![0-9A-Za-z])(?:{words})(?![0-9A-Za-z])", re.IGNORECASE)
    with alerts.locked(home):
        changed = sum(_text(file, pattern) for file in _texts(home) if file.is_file())
    return changed + sum(_database(file, pattern, sure) for file in sorted((home / "dagster").rglob("*.db")))


def _texts(home: Path) -> Iterator[Path]:
    yield from (rejections.file_of(home), outages.file_of(home))
    for pattern in ("logs/*", "ops/*.json.gz", "alerts/*.json*", "governance/**/*.html"):
        yield from home.glob(pattern)


def _text(file: Path, pattern: re.Pattern[str]) -> bool:
    packed = file.suffix == ".gz"
    content = decompress(file.read_bytes()) if packed else file.read_bytes()
    text, count = pattern.subn(GONE, content.decode("utf-8", errors="surrogateescape"))
    if count:
        new = text.encode("utf-8", errors="surrogateescape")
        write_durably(file, compress(new, mtime=0) if packed else new)
    return bool(count)


def _database(file: Path, pattern: re.Pattern[str], names: Sequence[str]) -> bool:
    """A file of SQLite. What it says is replaced last: as long as it is there, a second try does all of it again."""
    likes = [f"%{form}%" for name in names for form in {name, name.lower()}]
    with closing(sqlite3.connect(file, timeout=BUSY, isolation_level=None)) as database:
        database.create_function("gone", 1, lambda said: pattern.sub(GONE, said) if isinstance(said, str) else said)
        found = []
        for table, column in database.execute(COLUMNS).fetchall():
            there = " or ".join([f"{identifier(column)} like ?"] * len(likes))
            if database.execute(f"select 1 from {identifier(table)} where {there} limit 1", likes).fetchone():
                name = identifier(column)
                found.append(f"update {identifier(table)} set {name} = gone({name}) where {there}")
        if found:
            database.execute("vacuum")  # what was replaced before is still in the file until something overwrites it
            database.execute("pragma secure_delete = on")
            database.execute("begin immediate")
            for update in found:
                database.execute(update, likes)
            database.execute("commit")
        is_busy, *_ = database.execute("pragma wal_checkpoint(truncate)").fetchone()
    if is_busy:
        raise GhalaError(
            "Dagster reads what has to go, so the erasure has not ended",
            str(file),
            "stop it (make ui, or its sensors), then type the same command again",
        )
    return bool(found)
