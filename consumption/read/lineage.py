"""What a published table is made of, and who reads it."""

from collections.abc import Mapping
from typing import Any

from consumption.read.catalogue import full_name
from consumption.read.errors import ReadError, Reason
from consumption.read.reader import Reader
from orchestration.dictionary.collect import CONTROL

KINDS = ("source", "seed", "snapshot", "model", "exposure")


def lineage(reader: Reader, name: str) -> dict[str, Any]:
    """All ancestors and readers of a mart, as nodes and edges (from what is read, to what reads it)."""
    world, _ = reader.world()
    table = full_name(world, name)
    manifest = world.manifest
    found = (key for key, node in manifest["nodes"].items() if _relation(node) == table)
    key = next(found, None)
    if key is None:
        raise ReadError(Reason.UNKNOWN, f"{table} is written by the house itself", "the name", "ask for a mart")
    up, down = _reached(key, manifest, "parent_map"), _reached(key, manifest, "child_map")
    members = {*up, *down, key}
    edges = sorted(
        [_label(parent, manifest), _label(child, manifest)]
        for child in members
        for parent in manifest["parent_map"].get(child, ())
        if parent in members
    )
    owners = {mart.relation: mart.sources for mart in world.marts}[table.partition(".")[2]]
    return {
        "version": world.version,
        "mart": table.partition(".")[2],
        "made_of": sorted(_label(one, manifest) for one in up),
        "read_by": sorted(_label(one, manifest) for one in down),
        "edges": edges,
        "sources": [{"table": one.key, "owner": one.owner, "contract": one.contract} for one in owners],
    }


def _reached(start: str, manifest: Mapping[str, Any], side: str) -> set[str]:
    """Every node that is reached from one, without tests and without the tables that say what is new."""
    queue, seen = [start], {start}
    while queue:
        near = {one for one in manifest[side].get(queue.pop(), ()) if one.partition(".")[0] in KINDS}
        new = {one for one in near if CONTROL not in manifest["nodes"].get(one, {}).get("tags", ())} - seen
        seen |= new
        queue += new
    return seen - {start}


def _relation(node: Mapping[str, Any]) -> str:
    return f"{node.get('schema')}.{node.get('alias')}" if node["resource_type"] == "model" else ""


def _label(key: str, manifest: Mapping[str, Any]) -> str:
    kind = key.partition(".")[0]
    if kind == "source":
        source = manifest["sources"][key]
        return f"source {source['source_name']}.{source['name']}"
    if kind == "exposure":
        exposure = manifest["exposures"][key]
        return f"reader {exposure['label'] or exposure['name']}"
    return f"{kind} {manifest['nodes'][key]['alias']}"
