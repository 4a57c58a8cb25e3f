"""Carries a plan out: removes exactly its files, and copies the DuckDB files that have too many free blocks."""

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path

import duckdb

from orchestration import build as building
from orchestration import candidate
from orchestration.config import Settings
from orchestration.durable import sync
from orchestration.errors import GhalaError
from orchestration.lock import writer
from orchestration.quoting import identifier, literal
from orchestration.vacuum.plan import COMPACT, Item, plan


def vacuum(settings: Settings, now: datetime, *, dry_run: bool) -> list[Item]:
    """Find what can go, and remove it unless `dry_run`; returns the plan, which is also what was done.

    Raises GhalaError when another process writes, or when there is no room for the copy of a DuckDB file.
    """
    with writer(settings.home):
        items = plan(settings, now)
        if not dry_run:
            carry_out(settings, items)
        return items


def carry_out(settings: Settings, items: Sequence[Item]) -> None:
    """Do what a plan says. Deletions come first: they make room for the copies."""
    for item in items:
        if item.kind == COMPACT:
            continue
        with writer(candidate.folder(settings.home)) if item.kind == "candidate" else nullcontext():
            for path in item.paths:
                path.unlink(missing_ok=True)
    for item in items:
        if item.kind == COMPACT:
            compact(settings, item.paths[0])


def compact(settings: Settings, file: Path) -> None:
    """Replace a DuckDB file by a copy without free blocks, whole or not at all; comments come along."""
    before = building.last(settings)
    is_built = before is not None and building.star_identity(settings.star) == before.star
    beside = file.with_name(f".{file.name}.tmp")
    beside.unlink(missing_ok=True)
    try:
        with duckdb.connect() as connection:
            connection.execute(f"attach {literal(file)} as {identifier(file.stem)} (read_only)")
            connection.execute(f"attach {literal(beside)} as copied")
            connection.execute(f"copy from database {identifier(file.stem)} to copied")
            connection.execute("checkpoint copied")
    except (duckdb.Error, OSError) as error:
        beside.unlink(missing_ok=True)
        raise GhalaError(
            f"{file.name} could not be copied, it stays as it is: {str(error).splitlines()[0]}",
            str(file),
            f"free {file.stat().st_size / 1e6:,.0f} MB there, then: ghala vacuum",
        ) from error
    sync(beside)
    beside.replace(file)
    sync(file.parent)
    if before is not None and is_built and file == settings.star:
        building.keep_star(settings, before)
