"""The whole house at a glance, from the manifest: systems to areas, sources to marts, facts to dimensions."""

from collections import defaultdict
from typing import Any

from consumption.charts.boxes import curve, drawn, stacked
from consumption.charts.matrix import matrix
from consumption.charts.svg import MARGIN, Heading, drawing, text
from consumption.docsite.lineage import Manifest, marts, upstream
from orchestration.dictionary.collect import Mart

SIDE, MIDDLE = 240.0, 130.0
TOP = 40.0


def sources_of(manifest: Manifest) -> dict[str, set[str]]:
    """The source tables (`system.table`) that each mart is made of, through other marts too."""
    ends = marts(manifest)
    direct: dict[str, set[str]] = {key: set(upstream(manifest, key)) - {key} for key in ends}

    def landed(key: str) -> set[str]:
        own = {_table(manifest["sources"][one]) for one in direct[key] if one in manifest["sources"]}
        return own.union(*(landed(one) for one in direct[key] if one in ends))

    return {ends[key]: landed(key) for key in ends}


def _table(source: Any) -> str:
    return f"{source['source_name']}.{source['name']}"


def flow(manifest: Manifest) -> str:
    """Source systems with their tables, the layers between, and the areas of marts."""
    ends = marts(manifest)
    made = sources_of(manifest)
    systems: dict[str, set[str]] = defaultdict(set)
    for name in set().union(*made.values()):
        systems[name.split(".")[0]].add(name.split(".")[1])
    areas: dict[str, set[str]] = defaultdict(set)
    for key, relation in ends.items():
        areas[manifest["nodes"][key]["fqn"][2]].add(relation)
    left = stacked(MARGIN, TOP, SIDE, [(name, _few(systems[name])) for name in sorted(systems)], gap=14, tone=1)
    right = stacked(
        MARGIN + SIDE + MIDDLE, TOP, SIDE + 40, [(name, _few(areas[name])) for name in sorted(areas)], gap=14, tone=0
    )
    lines = []
    for index, system in enumerate(left):
        for area in right:
            count = len(
                {table for mart in areas[area.title] for table in made[mart] if table.startswith(f"{system.title}.")}
            )
            if count:
                lines.append(curve(system, area, index % 5, 1 + 0.5 * count))
    heads = [
        text(MARGIN, 22, "source systems, landed in bronze", "gc-strong"),
        text(MARGIN + SIDE + MIDDLE, 22, "marts: facts and dimensions", "gc-strong"),
    ]
    height = max(boxes[-1].y + boxes[-1].height for boxes in (left, right)) + MARGIN
    width = 2 * MARGIN + 2 * SIDE + MIDDLE + 40
    return drawing(width, height, [*heads, *lines, *map(drawn, [*left, *right])], "From source systems to marts")


def _few(names: set[str]) -> tuple[str, ...]:
    """Names in lines of two or three."""
    lines: list[str] = []
    for name in sorted(names):
        if lines and len(lines[-1]) + len(name) <= 30:  # noqa: PLR2004  (letters that a line of a box holds)
            lines[-1] += f", {name}"
        else:
            lines.append(name)
    return tuple(lines)


def made_of(manifest: Manifest) -> str:
    """A dot for each source table that a mart is made of."""
    made = sources_of(manifest)
    tables = sorted(set().union(*made.values()))
    columns = sorted(made, key=lambda name: (name.startswith("fct"), name))
    dots = {(table, mart): "is made of it" for mart in columns for table in made[mart]}
    heading = Heading(
        "What each mart is made of", "source tables (rows) that a mart holds anything of, also by way of its dimensions"
    )
    return matrix(heading, columns, tables, dots)


def bus(found: list[Mart]) -> str:
    """The bus matrix: which fact leads to which dimension, and by which keys."""
    facts = sorted(mart.relation for mart in found if mart.is_fact and mart.version == mart.latest_version)
    keys: dict[tuple[str, str], list[str]] = defaultdict(list)
    for mart in found:
        for column in mart.columns:
            if column.refers_to and mart.relation in facts and column.refers_to.startswith("dim_"):
                keys[mart.relation, column.refers_to].append(column.name)
    dimensions = sorted({dimension for _, dimension in keys})
    heading = Heading("The star as a bus matrix", "a dot: the fact leads to the dimension; point at it for the keys")
    return matrix(heading, dimensions, facts, {pair: ", ".join(names) for pair, names in keys.items()})
