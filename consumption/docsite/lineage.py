"""Lineage from dbt's manifest: what a mart is made of, and the whole house at a glance."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from consumption.charts.boxes import Box, curve, drawn
from consumption.charts.svg import MARGIN, drawing, text
from orchestration.dictionary.collect import CONTROL

Manifest = Mapping[str, Any]
COLUMN, BETWEEN, HIGH, GAP = 224.0, 40.0, 32.0, 9.0
TONES = {"source": 1, "seed": 5, "model": 5, "snapshot": 2, "mart": 0, "exposure": 3}
SWEEPS = 4  # after so many the order of boxes hardly changes


def marts(manifest: Manifest) -> dict[str, str]:
    """The relation of each mart by its key in the manifest."""
    return {
        key: str(node["alias"])
        for key, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and node["fqn"][1] == "marts" and node["config"]["access"] == "public"
    }


def upstream(manifest: Manifest, mart: str) -> dict[str, set[str]]:
    """What a mart is made of: the parents of each node, back to the sources, not behind other marts.

    A source and its staging model are one node (the source): staging is one to one. What says which rows are new is
    left out: it is part of every model.
    """
    ends = marts(manifest)
    found: dict[str, set[str]] = {}
    queue = [mart]
    while queue:
        key = queue.pop()
        if key in found:
            continue
        parents = {_landed(parent, manifest) for parent in manifest["parent_map"].get(key, ())} - {None}
        found[key] = set() if key in ends and key != mart else {parent for parent in parents if parent}
        queue += found[key]
    return found


def _landed(key: str, manifest: Manifest) -> str | None:
    """The source behind a staging model; None for what only controls a build."""
    node = manifest["nodes"].get(key)
    if node is None:
        return key if key in manifest["sources"] else None
    if CONTROL in node.get("tags", ()):
        return None
    if node["resource_type"] == "model" and node["fqn"][1] == "staging":
        return next((parent for parent in manifest["parent_map"][key] if parent in manifest["sources"]), key)
    return key


def ranks(parents: Mapping[str, set[str]], mart: str, ends: Iterable[str]) -> dict[str, int]:
    """The column of each node: what has no parents first, the mart last, other marts just before it."""
    found: dict[str, int] = {}

    def rank(key: str) -> int:
        if key not in found:
            found[key] = 1 + max((rank(parent) for parent in parents.get(key, ())), default=-1)
        return found[key]

    last = max(rank(mart), 1)
    before = set(ends) - {mart}
    return {key: last if key == mart else max(last - 1, 0) if key in before else place for key, place in found.items()}


def ordered(columns: Sequence[list[str]], parents: Mapping[str, set[str]]) -> None:
    """Order each column so that few lines cross: every node near the middle of its neighbours."""
    near: dict[str, set[str]] = defaultdict(set)
    for child, those in parents.items():
        for parent in those:
            near[child].add(parent)
            near[parent].add(child)
    for _ in range(SWEEPS):
        for column in columns:
            places = {key: (at + 0.5) / len(other) for other in columns for at, key in enumerate(other)}
            column.sort(key=lambda key: (_mean([places[one] for one in near[key] if one in places]), key))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.5


def picture(manifest: Manifest, mart: str) -> str:
    """The lineage of a mart with those who read it; boxes of sources and marts lead to their pages."""
    ends = marts(manifest)
    parents = upstream(manifest, mart)
    place = ranks(parents, mart, ends)
    readers = [key for key, one in manifest["exposures"].items() if mart in one["depends_on"]["nodes"]]
    columns: list[list[str]] = [[] for _ in range(place[mart] + 1 + bool(readers))]
    for key in sorted(place):
        columns[place[key]].append(key)
    if readers:
        columns[-1] = sorted(readers)
    ordered(columns, {**parents, **{key: {mart} for key in readers}})
    tallest = max(len(column) for column in columns) * (HIGH + GAP)
    boxes: dict[str, Box] = {}
    for index, column in enumerate(columns):
        top = 34 + (tallest - len(column) * (HIGH + GAP)) / 2
        for at, key in enumerate(column):
            name, kind, href = _named(key, manifest, ends, mart)
            x = MARGIN + index * (COLUMN + BETWEEN)
            boxes[key] = Box(x, top + at * (HIGH + GAP), COLUMN, name, (), TONES[kind], href, HIGH, small=key != mart)
    lines = [curve(boxes[parent], boxes[child]) for child, those in parents.items() for parent in sorted(those)]
    lines += [curve(boxes[mart], boxes[key]) for key in readers]
    heads = ["landed, staged 1:1", *["built"] * (place[mart] - 1), "published", *(["read by"] if readers else [])]
    names = [text(MARGIN + at * (COLUMN + BETWEEN), 20, head, "gc-soft") for at, head in enumerate(heads)]
    width = 2 * MARGIN + len(columns) * COLUMN + (len(columns) - 1) * BETWEEN
    parts = [*names, *lines, *(drawn(box) for box in boxes.values())]
    return drawing(width, 34 + tallest + MARGIN, parts, f"Lineage of {ends[mart]}")


def _named(key: str, manifest: Manifest, ends: Mapping[str, str], mart: str) -> tuple[str, str, str]:
    """What a box says, its kind, and where it leads from a page of the dictionary."""
    if source := manifest["sources"].get(key):
        name = f"{source['source_name']}.{source['name']}"
        return name, "source", f"../contracts/{name.replace('.', '/')}.html"
    if reader := manifest["exposures"].get(key):
        return str(reader["label"] or reader["name"]), "exposure", ""
    if key in ends:
        return ends[key], "mart", "" if key == mart else f"{ends[key]}.html"
    node = manifest["nodes"][key]
    return str(node["name"]).removeprefix("int_"), str(node["resource_type"]), ""
