"""Before the first build: the tables that unit tests read as `this`, or those tests (and their models) never run."""

from collections.abc import Mapping, Set
from typing import Any


def read_as_this(manifest: Mapping[str, Any]) -> set[str]:
    """Unique ids of the models whose unit tests have an `input: this`."""
    found: set[str] = set()
    for test in manifest.get("unit_tests", {}).values():
        if any(given.get("input") == "this" for given in test.get("given", ())):
            found.update(test["depends_on"]["nodes"])
    return found


def to_create_empty(manifest: Mapping[str, Any], existing: Set[tuple[str, str, str]]) -> list[str]:
    """Names of the models to create without rows: those read as `this`, and what they read, where missing.

    `existing` holds (database, schema, name) of every relation that is there; none of those is touched,
    because `--empty` empties a real table.
    """
    wanted = set(read_as_this(manifest))
    queue = list(wanted)
    while queue:
        for parent in manifest["parent_map"].get(queue.pop(), ()):
            if parent.split(".")[0] in ("model", "snapshot", "seed") and parent not in wanted:
                wanted.add(parent)
                queue.append(parent)
    nodes = [manifest["nodes"][unique_id] for unique_id in wanted]
    missing = [node for node in nodes if (node["database"], node["schema"], node["alias"]) not in existing]
    return sorted(".".join(node["fqn"]) for node in missing if node["config"]["materialized"] != "ephemeral")
