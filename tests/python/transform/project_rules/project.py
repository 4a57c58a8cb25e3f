"""A manifest as the rules look at it: what exists, what it reads, what reads it and what tests it."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

Node = Mapping[str, Any]
BUILT = ("model", "seed", "snapshot")
PUBLISHED = "star"  # the database that is copied to readers
CONTROL = "control"  # tag of the models that say what is new: load numbers and key ranges

EXPORTS = ("marts", "metrics")  # the folder of saved queries


class Project:
    """Nodes by unique id; parents and children without repetition, in the order of the manifest."""

    def __init__(self, manifest: Mapping[str, Any]) -> None:
        nodes: Mapping[str, Node] = manifest["nodes"]
        self.sources: Mapping[str, Node] = manifest["sources"]
        self.exposures: Mapping[str, Node] = manifest.get("exposures", {})
        self.built = {key: node for key, node in nodes.items() if node["resource_type"] in BUILT}
        self.models = {key: node for key, node in nodes.items() if node["resource_type"] == "model"}
        self.data_tests = {key: node for key, node in nodes.items() if node["resource_type"] == "test"}
        self.tests = {**self.data_tests, **manifest.get("unit_tests", {})}

    @cached_property
    def parents(self) -> dict[str, list[str]]:
        """What each built node reads: sources and built nodes."""
        known = self.built.keys() | self.sources.keys()
        return {
            key: list(dict.fromkeys(parent for parent in node["depends_on"].get("nodes", ()) if parent in known))
            for key, node in self.built.items()
        }

    @cached_property
    def children(self) -> dict[str, list[str]]:
        """The built nodes that read each node."""
        found: dict[str, list[str]] = {key: [] for key in (*self.sources, *self.built)}
        for child, parents in self.parents.items():
            for parent in parents:
                found[parent].append(child)
        return found

    @cached_property
    def tests_of(self) -> dict[str, list[Node]]:
        """Tests of each built node: those attached to it, and singular and unit tests that read it."""
        found: dict[str, list[Node]] = {key: [] for key in (*self.sources, *self.built)}
        for test in self.tests.values():
            attached = test.get("attached_node")
            for key in [attached] if attached else test["depends_on"]["nodes"]:
                if key in found:
                    found[key].append(test)
        return found

    def in_layer(self, *layers: str) -> dict[str, Node]:
        """The models below the given first folders of models/."""
        return {key: node for key, node in self.models.items() if layer(node) in layers}

    def source_parents(self, key: str) -> list[str]:
        return [parent for parent in self.parents[key] if parent in self.sources]

    def parents_in(self, key: str, layers: Iterable[str]) -> list[str]:
        """The models that a node reads, of the given layers."""
        return [
            parent for parent in self.parents[key] if parent in self.models and layer(self.models[parent]) in layers
        ]

    @cached_property
    def inputs(self) -> dict[str, Node]:
        """Sources that models are made of.

        What is declared in the published file is an output: the build writes it there, beside the marts, after dbt has
        ended, and the declaration is its description.
        """
        return {key: source for key, source in self.sources.items() if source.get("database") != PUBLISHED}

    def is_control(self, key: str) -> bool:
        return key in self.models and CONTROL in self.models[key].get("tags", ())

    def is_old_version(self, key: str) -> bool:
        return self.models[key].get("version") != self.models[key].get("latest_version")

    def is_export(self, key: str) -> bool:
        """True for a saved query of metrics as a table: MetricFlow wrote it, of facts and of marts made of facts."""
        return key in self.models and tuple(self.models[key]["fqn"][1:3]) == EXPORTS

    def names_of_watched(self, parent: str, reader: str) -> bool:
        """True for a dimension that a model of ops reads."""
        return self.is_dimension(parent) and layer(self.models[reader]) == "ops"

    def is_dimension(self, key: str) -> bool:
        return key in self.models and str(self.models[key]["name"]).startswith("dim_")


def layer(node: Node) -> str:
    """The first folder below models/."""
    return str(node["fqn"][1])


def short(key: str) -> str:
    """A unique id as a person says it: `fct_shipments.v2`, `erp.products`."""
    return ".".join(key.split(".")[2:])


def pairs(found: Iterable[tuple[str, str]]) -> list[str]:
    """Findings about a parent and its child."""
    return [f"{short(parent)} → {short(child)}" for parent, child in found]
