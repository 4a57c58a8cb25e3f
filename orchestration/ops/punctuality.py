"""The service level of the daily job: a run that lands, builds and passes its gates within two hours is on time."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from orchestration.ops import files

LIMIT_SECONDS = 2 * 3600
GOAL = 0.95
DAILY = "run"  # the kind of a run that lands, builds and publishes
COUNTED = 30  # daily runs: a month
PREVIOUS = f"select is_on_time from ops.run where kind = '{DAILY}' order by run_id desc limit {COUNTED}"


def of_run(run: Mapping[str, Any], before: Sequence[bool | None]) -> dict[str, Any]:
    """`is_on_time` of a run (null if it is no daily one), and the share of the last 30 daily runs that were.

    `before` are those of earlier daily runs, newest first. A run that failed, was killed or never reached its build is
    not on time, however short it was.
    """
    counted = [bool(was_on_time) for was_on_time in before]
    is_on_time = None
    if run["kind"] == DAILY:
        is_on_time = run["outcome"] == "passed" and run["total_seconds"] <= LIMIT_SECONDS
        counted = [is_on_time, *counted]
    counted = counted[:COUNTED]
    share = round(sum(counted) / len(counted), 6) if counted else None
    return {"is_on_time": is_on_time, "on_time_share": share}


def earlier(connection: duckdb.DuckDBPyConnection) -> list[bool | None]:
    """What `before` wants, from ops.run."""
    return [row[0] for row in connection.execute(PREVIOUS).fetchall()]


def earlier_of_files(home: Path) -> list[bool | None]:
    """The same from the history's files, where the star is not open: of a run that dbt did not end."""
    runs = [files.read(file)["run"] for _, file in sorted(files.known(home).items(), reverse=True)[:COUNTED]]
    return [run.get("is_on_time") for run in runs if run["kind"] == DAILY]
