"""What the dictionary says about each mart, as plain data from the manifest and the contracts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.dbt.outcome import tier_of
from orchestration.ingest.model import Contract

Node = Mapping[str, Any]
Manifest = Mapping[str, Any]
LAYERS = ("marts", "ops")
CONTROL = "control"  # tag of the tables that say what is new: what they read is in no column of a mart
GENERIC = {
    "unique": "no value is there twice",
    "not_null": "no value is empty",
    "unique_combination": "no two rows share the grain",
    "half_open_history": "the versions of a member follow each other without overlap or gap, and one is current",
    "relationships": "every value is in {to}",
    "accepted_values": "every value is one of those that are known",
}
TARGET = re.compile(r"ref\('(\w+)'")
HEADER = re.compile(r"^-- Detects:\s*(.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Column:
    """`refers_to` is the relation of the dimension whose key this is."""

    name: str
    type: str
    description: str
    required: bool
    refers_to: str | None
    additivity: str | None
    scd: int | None


@dataclass(frozen=True)
class Check:
    """A test that guards a mart; `guards` is what it says of itself."""

    tier: int
    name: str
    guards: str


@dataclass(frozen=True)
class Source:
    """A source table that a mart is made of."""

    key: str
    owner: str
    contract: str  # path of the contract, relative to the project


@dataclass(frozen=True)
class Mart:
    """One published relation. `versions` maps the other relations of the model to their version."""

    relation: str
    description: str
    area: str
    materialized: str
    grain: tuple[str, ...]
    group: str
    group_mail: str
    owner: str
    version: int
    latest_version: int
    deprecation_date: str | None
    versions: dict[str, int]
    columns: tuple[Column, ...]
    checks: tuple[Check, ...]
    sources: tuple[Source, ...]
    readers: tuple[str, ...]

    @property
    def is_fact(self) -> bool:
        return self.relation.startswith("fct_")


@dataclass(frozen=True)
class Reader:
    """A consumer of marts."""

    label: str
    kind: str
    maturity: str
    owner: str
    description: str
    reads: tuple[str, ...]


def marts_of(manifest: Manifest, contracts: Mapping[str, Contract]) -> list[Mart]:
    """All published relations, by area and name."""
    nodes = manifest["nodes"]
    found = [key for key, node in nodes.items() if _is_mart(node)]
    return sorted((_mart(key, manifest, contracts) for key in found), key=lambda mart: (mart.area, mart.relation))


def readers_of(manifest: Manifest) -> list[Reader]:
    """All exposures by their label."""
    readers = [
        Reader(
            label=exposure["label"] or exposure["name"],
            kind=str(exposure["type"]),
            maturity=str(exposure["maturity"]),
            owner=f"{exposure['owner']['name']} ({exposure['owner']['email']})",
            description=_line(exposure["description"]),
            reads=tuple(sorted(_relations(exposure, manifest))),
        )
        for exposure in manifest["exposures"].values()
    ]
    return sorted(readers, key=lambda reader: reader.label)


def _is_mart(node: Node) -> bool:
    is_public = node["resource_type"] == "model" and str(node["config"]["access"]) == "public"
    return is_public and node["fqn"][1] in LAYERS


def _mart(key: str, manifest: Manifest, contracts: Mapping[str, Contract]) -> Mart:
    node = manifest["nodes"][key]
    group = next(group for group in manifest["groups"].values() if group["name"] == node["config"]["group"])
    siblings = [other for other in manifest["nodes"].values() if _is_mart(other) and other["name"] == node["name"]]
    keys = _references(key, manifest)
    return Mart(
        relation=node["alias"],
        description=_line(node["description"]),
        area=node["fqn"][2] if node["fqn"][1] == "marts" else node["fqn"][1],
        materialized=node["config"]["materialized"],
        grain=tuple(part.strip() for part in node["config"]["meta"]["grain"].split(",")),
        group=group["name"],
        group_mail=group["owner"]["email"],
        owner=node["config"]["meta"]["owner"],
        version=int(node["version"] or 1),
        latest_version=int(node["latest_version"] or 1),
        deprecation_date=str(node["deprecation_date"])[:10] if node["deprecation_date"] else None,
        versions={other["alias"]: int(other["version"]) for other in siblings if other["alias"] != node["alias"]},
        columns=tuple(_column(column, keys) for column in node["columns"].values()),
        checks=tuple(sorted(_checks(key, manifest), key=lambda check: (check.tier, check.name))),
        sources=tuple(_sources(key, manifest, contracts)),
        readers=tuple(
            sorted(
                exposure["label"] or exposure["name"]
                for exposure in manifest["exposures"].values()
                if key in exposure["depends_on"]["nodes"]
            )
        ),
    )


def _column(column: Node, references: Mapping[str, str]) -> Column:
    meta = column["config"]["meta"]
    return Column(
        name=column["name"],
        type=str(column["data_type"]).lower(),
        description=_line(column["description"]),
        required=any(str(constraint["type"]) == "not_null" for constraint in column["constraints"]),
        refers_to=references.get(column["name"]),
        additivity=meta.get("additivity"),
        scd=meta.get("scd"),
    )


def _references(key: str, manifest: Manifest) -> dict[str, str]:
    """The relation that each foreign key of a mart refers to, as its relationships tests say."""
    found = {}
    for test in manifest["nodes"].values():
        if test.get("attached_node") == key and test["test_metadata"]["name"] == "relationships":
            found[test["column_name"]] = _target(test, manifest)
    return found


def _target(test: Mapping[str, Any], manifest: Manifest) -> str:
    """What the argument `to` of a relationships test names; the test may read other tables as well."""
    named = str(TARGET.findall(test["test_metadata"]["kwargs"]["to"])[0])
    key = next(parent for parent in test["depends_on"]["nodes"] if named in parent.split("."))
    return str(manifest["nodes"][key]["alias"])


def _checks(key: str, manifest: Manifest) -> list[Check]:
    checks = []
    data = [node for node in manifest["nodes"].values() if node["resource_type"] == "test"]
    for test in [*data, *manifest["unit_tests"].values()]:
        attached = test.get("attached_node")
        if key in ([attached] if attached else test["depends_on"]["nodes"]):
            tier = tier_of(str(test["resource_type"]), test["config"], test["config"].get("meta", {})) or 1
            checks.append(Check(tier, _test_name(test), _guards(test, manifest)))
    return checks


def _test_name(test: Node) -> str:
    """A generic test by what it says of which columns; others by their own names."""
    if "test_metadata" not in test or not test["test_metadata"]:
        return str(test["name"])
    arguments = test["test_metadata"]["kwargs"]
    columns = test.get("column_name") or ", ".join(arguments.get("columns") or arguments.get("member") or ())
    return f"{test['test_metadata']['name']} ({columns})" if columns else str(test["test_metadata"]["name"])


def _guards(test: Node, manifest: Manifest) -> str:
    """What a test says of itself: its description, the header of a singular test, or what its kind means."""
    if test.get("description"):
        return _line(str(test["description"]))
    if test.get("test_metadata"):
        name = test["test_metadata"]["name"]
        return GENERIC.get(name, "").format(to=_target(test, manifest) if name == "relationships" else "")
    header = HEADER.search(str(test.get("raw_code") or ""))
    return "detects " + re.sub(r" Tier \d\.", "", header[1]) if header else ""


def _sources(key: str, manifest: Manifest, contracts: Mapping[str, Contract]) -> list[Source]:
    nodes = manifest["nodes"]
    queue, seen = [key], {key}
    while queue:
        parents = manifest["parent_map"].get(queue.pop(), ())
        new = {parent for parent in parents if CONTROL not in nodes.get(parent, {}).get("tags", ())} - seen
        seen |= new
        queue += new
    found = {f"{s['source_name']}.{s['name']}" for k, s in manifest["sources"].items() if k in seen}
    return [
        Source(name, contracts[name].owner, f"contracts/{name.replace('.', '/')}.odcs.yaml")
        for name in sorted(found)
        if name in contracts
    ]


def _relations(exposure: Node, manifest: Manifest) -> list[str]:
    return [manifest["nodes"][key]["alias"] for key in exposure["depends_on"]["nodes"] if key in manifest["nodes"]]


def _line(text: str) -> str:
    return " ".join(text.split())
