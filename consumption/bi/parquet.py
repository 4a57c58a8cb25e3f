"""The published marts as a folder of Parquet: facts by month of their main date, a dimension as one file."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from consumption.bi.marts import Table, opened, source, tables
from orchestration import log, publish_files
from orchestration.config import Settings
from orchestration.durable import sync
from orchestration.errors import ConfigError, GhalaError
from orchestration.progress import Tell, Tick, silent
from orchestration.quoting import literal

MANIFEST, README, LATEST = "manifest.json", "README.md", "latest"
UNFINISHED = ".ghala-{}.tmp"  # beside the versions; hidden folders of others in the target are theirs
EMPTY = (1970, 1)  # where the file of a table without rows lies, which tells its columns
NO_PART = "__HIVE_DEFAULT_PARTITION__"  # how readers know that year and month are null; a file above would stop them
CHUNK = 1 << 20
# One thread, so that the same version gives the same bytes: with more, rows of equal dates come in any order.
OPTIONS = "format parquet, compression zstd"


@dataclass(frozen=True)
class Exported:
    """What an export wrote; `is_new` is False when the version was there already."""

    version: str
    folder: Path
    is_new: bool
    files: int
    rows: int
    bytes: int


def export(settings: Settings, target: Path, tell: Tell = silent) -> Exported:
    """Write the version that readers see to `target`/<version>, whole or not at all, and link `latest` to it.

    Raises ConfigError for a target that is no folder, GhalaError when it cannot be written; then nothing has changed.
    """
    if target.exists() and not target.is_dir():
        raise ConfigError(f"{target} is a file", str(target), "name a folder; it is made if it is missing")
    with opened(settings) as (version, marts):
        folder, beside = target / version, target / UNFINISHED.format(version)
        try:
            if is_new := not folder.exists():
                target.mkdir(parents=True, exist_ok=True)
                for left in target.glob(UNFINISHED.format("*")):
                    shutil.rmtree(left)  # of an export that was killed
                beside.mkdir()
                _write(settings, version, marts, beside, tell)
                beside.rename(folder)
                sync(target)
            _link(target, version)
            found = json.loads((folder / MANIFEST).read_text())["files"]
        except (duckdb.Error, OSError) as error:
            shutil.rmtree(beside, ignore_errors=True)
            raise GhalaError(
                f"the export stopped: {str(error).splitlines()[0]}",
                str(target),
                f"make room, move what is in the way or choose another folder, then: ghala export parquet {target}",
            ) from error
    done = Exported(
        version, folder, is_new, len(found), sum(file["rows"] for file in found), sum(file["bytes"] for file in found)
    )
    if is_new:
        log.event(settings.home, "version.exported", version=version, how="parquet", rows=done.rows)
    return done


def _write(settings: Settings, version: str, marts: duckdb.DuckDBPyConnection, folder: Path, tell: Tell) -> None:
    marts.execute("set threads = 1")
    found = tables(settings, version, marts)
    files: list[dict[str, Any]] = []
    for done, table in enumerate(found):
        tell(Tick("to Parquet", done, len(found), table.name))
        (folder / table.name).mkdir()
        for statement in _statements(table, marts, folder / table.name):
            marts.execute(statement)
        files += [_facts(marts, folder, file) for file in sorted((folder / table.name).rglob("*.parquet"))]
        tell(Tick("to Parquet", done + 1, len(found), table.name, "written"))
    published = json.loads(publish_files.facts_file(settings.serving, version).read_text())
    manifest = {"version": version, "published_at": published["created_at"], "files": files}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n")
    (folder / README).write_text(_readme(manifest, found))
    for path in sorted(folder.rglob("*")):
        sync(path)


def _statements(table: Table, marts: duckdb.DuckDBPyConnection, folder: Path) -> Iterator[str]:
    """A COPY per file; rows in the order of date and key, which also makes them small."""
    order = ", ".join(f'"{column}"' for column in dict.fromkeys([*([table.day] if table.day else []), *table.key]))
    rows = f"select * from {source(table)} {{}} order by {order or 'all'}"
    # a folder named month= would hide a column of that name
    if table.day is None or {"year", "month"} & {column.name for column in table.columns}:
        yield _copy(rows.format(""), folder / f"{table.name}.parquet")
        return
    day = f'"{table.day}"'
    months = marts.sql(
        f"select distinct year({day}), month({day}) from {source(table)} order by all nulls last"
    ).fetchall()
    for year, month in months or [EMPTY]:
        if year is None:
            into, within = folder / f"year={NO_PART}" / f"month={NO_PART}", f"where {day} is null"
        else:
            into, first = folder / f"year={year}" / f"month={month:02}", f"make_date({year}, {month}, 1)"
            within = f"where {day} >= {first} and {day} < {first} + interval 1 month"
        into.mkdir(parents=True)
        yield _copy(rows.format(within), into / f"{table.name}.parquet")


def _copy(rows: str, file: Path) -> str:
    return f"copy ({rows}) to {literal(file)} ({OPTIONS})"


def _facts(marts: duckdb.DuckDBPyConnection, folder: Path, file: Path) -> dict[str, Any]:
    answer = marts.sql(f"select sum(num_rows)::bigint from parquet_file_metadata({literal(file)})").fetchone()
    digest = hashlib.sha256()
    with file.open("rb") as reader:
        while chunk := reader.read(CHUNK):
            digest.update(chunk)
    path = file.relative_to(folder)
    return {
        "table": path.parts[0],
        "file": path.as_posix(),
        "rows": answer[0] if answer else 0,
        "bytes": file.stat().st_size,
        "sha256": digest.hexdigest(),
    }


def _readme(manifest: dict[str, Any], found: list[Table]) -> str:
    """What a stranger who opens the folder has to know."""
    rows: dict[str, int] = {}
    for file in manifest["files"]:
        rows[file["table"]] = rows.get(file["table"], 0) + file["rows"]
    lines = [
        f"# Ghala, version {manifest['version']}",
        "",
        f"Published {manifest['published_at']}. Facts lie by month of the date named below, a dimension is one file;"
        f" `{MANIFEST}` has rows, bytes and SHA-256 of each file.",
        "",
        "```python",
        'pl.scan_parquet("fct_order_lines/**/*.parquet", hive_partitioning=True).filter(pl.col("year") == 2026)',
        "```",
        "",
        "| table | rows | one row per | by month of | what |",
        "| --- | ---: | --- | --- | --- |",
        *(
            f"| `{table.name}` | {rows[table.name]:,} | {', '.join(table.key)} | {table.day or ''} |"
            f" {table.description} |"
            for table in found
        ),
    ]
    return "\n".join(lines) + "\n"


def _link(target: Path, version: str) -> None:
    """Point `latest` at a version in one rename."""
    beside = target / f".{LATEST}.link"
    beside.unlink(missing_ok=True)
    beside.symlink_to(version, target_is_directory=True)
    beside.replace(target / LATEST)
