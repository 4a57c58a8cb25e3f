"""What is published: each table with its grain, columns, owner, tests and how fresh it is."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

import duckdb

from consumption.read.errors import ReadError, Reason
from consumption.read.personal import How
from consumption.read.reader import Reader
from consumption.read.world import World
from orchestration.dictionary.collect import Mart

FRESHNESS = "select mart_name, data_as_of, is_stale, stale_sources from ops.mart_freshness"
TABLES = "list_marts (GET /marts) names all tables"
RESULTS = """
    select test_id, test_name, tier, status, failures from ops.dq_result
    where run_id = (select max(run_id) from ops.run where is_complete and outcome in ('passed', 'failed'))
"""
WHAT = {
    How.MASKED: "masked: the same person has the same value while the server runs, and another one later",
    How.WITHHELD: "personal data: not served",
}


def tables(reader: Reader) -> dict[str, Any]:
    """All tables by schema and name: one line about each, its grain, owner and how fresh it is."""
    world, cursor = reader.world()
    fresh = _freshness(cursor)
    marts = [
        {
            "name": mart.relation,
            "area": mart.area,
            "description": mart.description.split(". ")[0].rstrip("."),
            "one_row_per": list(mart.grain),
            "owner": mart.owner,
            **fresh.get(mart.relation, {}),
            **({"deprecated": f"until {mart.deprecation_date}"} if mart.deprecation_date else {}),
        }
        for mart in world.marts
    ]
    ops = [{"name": f"ops.{name}", "description": about} for name, about in sorted(_ops(world).items())]
    return {"version": world.version, "marts": marts, "ops": ops}


def describe(reader: Reader, name: str) -> dict[str, Any]:
    """All that is known of one table. Raises ReadError naming the nearest one when there is none of that name."""
    world, cursor = reader.world()
    table = full_name(world, name)
    columns = world.tables[table]
    schema, _, bare = table.partition(".")
    if schema == "ops":
        source = next(s for s in world.manifest["sources"].values() if f"ops.{s['identifier']}" == table)
        texts = {key: " ".join(column["description"].split()) for key, column in source["columns"].items()}
        about = {"description": " ".join(source["description"].split()), "owner": source["meta"].get("owner")}
        said = [_column(key, kind, how, {"description": texts.get(key, "")}) for key, (kind, how) in columns.items()]
        return {"version": world.version, "name": table, **about, "columns": said}
    mart = next(mart for mart in world.marts if mart.relation == bare)
    return {
        "version": world.version,
        "name": mart.relation,
        "description": mart.description,
        "kind": "fact" if mart.is_fact else "dimension",
        "area": mart.area,
        "one_row_per": list(mart.grain),
        "owner": mart.owner,
        "contact": mart.group_mail,
        **({"deprecated": f"until {mart.deprecation_date}"} if mart.deprecation_date else {}),
        "freshness": _freshness(cursor).get(mart.relation),
        "columns": [_column(key, kind, how, _of_mart(mart, key)) for key, (kind, how) in columns.items()],
        "tests": tests_of(world, cursor, mart),
        "sources": [{"table": one.key, "owner": one.owner, "contract": one.contract} for one in mart.sources],
        "read_by": list(mart.readers),
    }


def full_name(world: World, name: str) -> str:
    """schema.table of a table that a caller names, in any case, with or without its schema."""
    asked = name.strip().lower()
    listed = {f"marts.{mart.relation}" for mart in world.marts} | {
        key for key in world.tables if key.startswith("ops.")
    }
    for candidate in (asked, f"marts.{asked}", f"ops.{asked}"):
        if candidate in listed:
            return candidate
    near = get_close_matches(asked, [key.partition(".")[2] for key in listed], n=2)
    did = f"; did you mean {' or '.join(near)}?" if near else ""
    raise ReadError(Reason.UNKNOWN, f"there is no table {name[:80]!r}{did}", "the name", TABLES)


def tests_of(world: World, cursor: duckdb.DuckDBPyConnection, mart: Mart) -> list[dict[str, Any]]:
    """The tests that guard a mart, with how each ended in the last complete run."""
    nodes = world.manifest["nodes"]
    key = next(
        key for key, node in nodes.items() if node["resource_type"] == "model" and node["alias"] == mart.relation
    )
    ended = {row[0]: row for row in cursor.execute(RESULTS).fetchall()}
    ids = [
        test_id
        for test_id, test in {**nodes, **world.manifest["unit_tests"]}.items()
        if test["resource_type"] in ("test", "unit_test")
        and key in ([test["attached_node"]] if test.get("attached_node") else test["depends_on"]["nodes"])
    ]
    found = [ended[test_id] for test_id in ids if test_id in ended]
    return [
        {"name": name, "tier": tier, "status": status, "failures": failures}
        for _, name, tier, status, failures in sorted(found, key=lambda row: (row[2] or 0, row[1]))
    ]


def _freshness(cursor: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    return {
        mart: {
            "data_as_of": as_of.isoformat() if as_of else None,
            "is_stale": stale,
            **({"stale_sources": sources} if sources else {}),
        }
        for mart, as_of, stale, sources in cursor.execute(FRESHNESS).fetchall()
    }


def _ops(world: World) -> dict[str, str]:
    return {
        source["identifier"]: " ".join(source["description"].split())
        for source in world.manifest["sources"].values()
        if f"ops.{source['identifier']}" in world.tables
    }


def _of_mart(mart: Mart, name: str) -> dict[str, Any]:
    column = next((column for column in mart.columns if column.name == name), None)
    if column is None:
        return {}
    found = {"description": column.description, "key_of": column.refers_to, "additivity": column.additivity}
    return {key: value for key, value in found.items() if value}


def _column(name: str, kind: str, how: How, about: Mapping[str, Any]) -> dict[str, Any]:
    note = {"note": WHAT[how]} if how in WHAT else {}
    return {"name": name, "type": kind, **about, **note}
