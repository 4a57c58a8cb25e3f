"""Small manifests written by hand: sound unless a test says otherwise."""

from typing import Any

Node = dict[str, Any]
FOLDERS = {"staging": "models/staging/erp", "intermediate": "models/intermediate/sales", "marts": "models/marts/sales"}
MATERIALIZED = {"staging": "view", "intermediate": "incremental", "marts": "incremental"}


def source(name: str = "orders", **changes: Any) -> Node:
    """A source table of the ERP under contract, late after 48 hours."""
    return {
        "unique_id": f"source.toy.erp.{name}",
        "resource_type": "source",
        "name": name,
        "source_name": "erp",
        "description": "Orders.",
        "source_description": "The ERP.",
        "freshness": {"warn_after": {"count": 48, "period": "hour"}, "error_after": {"count": None}},
        "config": {"meta": {"contract_version": "1.0.0", "external_location": "read('{name}.parquet')"}},
        "original_file_path": "models/staging/erp/_erp__sources.yml",
    } | changes


def model(name: str, layer: str, *reads: Node, **changes: Any) -> Node:
    """A described model with a contract; `reads` are what its SQL refers to."""
    folder = FOLDERS[layer]
    return {
        "unique_id": f"model.toy.{name}",
        "resource_type": "model",
        "name": name,
        "fqn": ["toy", *folder.split("/")[1:], name],
        "description": "One row per order.",
        "columns": {"order_id": column("order_id", "Number of the order.")},
        "config": {
            "materialized": MATERIALIZED[layer],
            "access": "public" if layer == "marts" else "protected",
            "contract": {"enforced": True},
        },
        "tags": [],
        "depends_on": {"nodes": [read["unique_id"] for read in reads]},
        "raw_code": "select * from {{ ref('x') }}",
        "original_file_path": f"{folder}/{name}.sql",
    } | changes


def column(name: str, description: str, *constraints: str) -> Node:
    """A column with constraints by their types."""
    return {"name": name, "description": description, "constraints": [{"type": kind} for kind in constraints]}


def check_of(tested: Node, kind: str = "unique_combination", column_name: str | None = None, **changes: Any) -> Node:
    """A generic test in the YAML file beside its model."""
    folder = tested["original_file_path"].rsplit("/", 1)[0]
    return {
        "unique_id": f"test.toy.{kind}_{tested['name']}.{column_name}",
        "resource_type": "test",
        "attached_node": tested["unique_id"],
        "column_name": column_name,
        "test_metadata": {"name": kind, "kwargs": {}},
        "depends_on": {"nodes": [tested["unique_id"]]},
        "original_file_path": f"{folder}/_models.yml",
    } | changes


def exposure(*reads: Node) -> Node:
    """A consumer of models."""
    return {"unique_id": "exposure.toy.planner", "depends_on": {"nodes": [read["unique_id"] for read in reads]}}


def manifest(*nodes: Node) -> Node:
    """A manifest of the given nodes, sorted into its parts by their kinds."""
    found: Node = {"nodes": {}, "sources": {}, "exposures": {}, "unit_tests": {}}
    parts = {"source": "sources", "exposure": "exposures", "unit_test": "unit_tests"}
    for node in nodes:
        key = node["unique_id"]
        found[parts.get(key.split(".")[0], "nodes")][key] = node
    return found


def sound() -> list[Node]:
    """A source, its staging model, an intermediate model, a fact, their tests and a consumer."""
    orders = source()
    staged = model("stg_erp__orders", "staging", orders)
    versions = model("int_orders__versions", "intermediate", staged)
    fact = model("fct_orders", "marts", versions)
    tests = [check_of(versions), check_of(fact), check_of(staged, "accepted_values", "order_id")]
    return [orders, staged, versions, fact, *tests, exposure(fact)]
