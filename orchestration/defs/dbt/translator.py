"""How a dbt node appears in Dagster: its key, group, owner and words."""

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator

Props = Mapping[str, Any]


def layer(props: Props) -> str:
    """staging, intermediate, marts, …: the first folder below models/; seeds and snapshots by their kind."""
    kind = props["resource_type"]
    if kind in ("seed", "snapshot"):
        return f"{kind}s"
    folders = props["fqn"][1:-1]
    return str(folders[0]) if folders else "models"


def asset_key(props: Props) -> dg.AssetKey:
    """[source, table] for a source, so that the lineage meets the landed asset; else [layer, name].

    A versioned model has its plain name in its latest version and `name_v1` in older ones.
    """
    if props["resource_type"] == "source":
        return dg.AssetKey([props["source_name"], props["name"]])
    version = props.get("version")
    old = version is not None and version != props.get("latest_version")
    return dg.AssetKey([layer(props), f"{props['name']}_v{version}" if old else props["name"]])


def group(props: Props) -> str:
    """A source's own name; the layer, and for a mart its business area: marts_sales."""
    if props["resource_type"] == "source":
        return str(props["source_name"])
    area = [part for part in props["fqn"][2:-1] if part != f"v{props.get('version')}" and part != props["name"]]
    return f"marts_{area[0]}" if layer(props) == "marts" and area else layer(props)


def owners(props: Props) -> list[str] | None:
    """From the node's meta, else its dbt group; e-mails as they are, names as teams."""
    meta = {**props.get("meta", {}), **props.get("config", {}).get("meta", {})}
    group_owner = (props.get("group") or {}).get("owner", {}) if isinstance(props.get("group"), Mapping) else {}
    owner = meta.get("owner") or group_owner.get("email") or group_owner.get("name")
    if not owner:
        return None
    return [owner if "@" in owner else "team:" + "-".join(str(owner).lower().split())]


def checked_node(props: Props, nodes: Mapping[str, Props]) -> str | None:
    """The node that a test is a check of: the one it is attached to, else the last layer among those it reads.

    A singular test reads several models; the one furthest downstream is the one it protects.
    """
    order = ("source", "seed", "staging", "intermediate", "snapshots", "ops", "marts")
    attached = props.get("attached_node") or props.get("tested_node_unique_id")
    if attached:
        return str(attached)
    parents = [parent for parent in props["depends_on"]["nodes"] if parent in nodes]

    def rank(unique_id: str) -> tuple[int, bool, str]:
        place = layer(nodes[unique_id])
        return (order.index(place) if place in order else 0, nodes[unique_id]["name"].startswith("fct_"), unique_id)

    return max(parents, key=rank, default=None)


class GhalaTranslator(DagsterDbtTranslator):
    """Small methods only; what they say is decided by the functions above."""

    def get_asset_key(self, dbt_resource_props: Props) -> dg.AssetKey:
        return asset_key(dbt_resource_props)

    def get_group_name(self, dbt_resource_props: Props) -> str | None:
        return group(dbt_resource_props)

    def get_owners(self, dbt_resource_props: Props) -> Sequence[str] | None:
        return owners(dbt_resource_props)

    def get_description(self, dbt_resource_props: Props) -> str:
        return str(dbt_resource_props.get("description") or "")

    def get_tags(self, dbt_resource_props: Props) -> Mapping[str, str]:
        return dict.fromkeys(dbt_resource_props.get("tags", ()), "")
