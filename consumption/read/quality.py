"""How far the published data can be trusted: gates, freshness, incidents, what quarantine holds."""

from typing import Any

import duckdb

from consumption.read.catalogue import full_name, tests_of
from consumption.read.reader import Reader
from orchestration.governance import queries
from orchestration.ops.failing_rows import in_words

LAST = """
    select run_id, outcome, passing_share, completeness, schema_conformity, on_time_share, started_at
    from ops.run order by run_id desc limit 1
"""
STALE = "select mart_name, data_as_of, stale_sources from ops.mart_freshness where is_stale order by 1"
OPEN = """
    select kind, subject, tier, owner, message, first_seen_at
    from ops.incident where is_open order by tier, first_seen_at
"""
GATES = ("domain", "tier", "passed", "warned", "failed", "passing_share_of_30_runs")
FAILING = ("test", "domain", "tier", "owner", "failures", "since")
HELD = ("table", "reason", "rows", "loads", "oldest_days")


def status(reader: Reader, mart: str | None = None) -> dict[str, Any]:
    """Of everything, or of one mart: its tests and freshness."""
    world, cursor = reader.world()
    if mart:
        table = full_name(world, mart)
        found = next((one for one in world.marts if f"marts.{one.relation}" == table), None)
        fresh = _named(cursor, f"select * from ops.mart_freshness where mart_name = '{table.partition('.')[2]}'")
        tests = tests_of(world, cursor, found) if found else []
        broken = [test for test in tests if test["status"] not in ("pass", "success")]
        return {
            "version": world.version,
            "mart": table,
            "freshness": fresh[0] if fresh else None,
            "tests": len(tests),
            "not_passed": broken,
        }
    failing = _labelled(cursor, queries.FAILING, FAILING)
    return {
        "version": world.version,
        "last_run": next(iter(_named(cursor, LAST)), None),
        "gates": _labelled(cursor, queries.GATES, GATES),
        "not_passed": [{**row, "test": in_words(row["test"])} for row in failing],
        "stale_marts": _named(cursor, STALE),
        "open_incidents": _named(cursor, OPEN),
        "quarantine": _labelled(cursor, queries.HELD, HELD),
    }


def _named(cursor: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    found = cursor.execute(sql)
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, map(_plain, row), strict=True)) for row in found.fetchall()]


def _labelled(cursor: duckdb.DuckDBPyConnection, sql: str, names: tuple[str, ...]) -> list[dict[str, Any]]:
    return [dict(zip(names, map(_plain, row), strict=True)) for row in cursor.execute(sql).fetchall()]


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
