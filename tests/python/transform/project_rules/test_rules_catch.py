"""Each rule is seen to catch: a sound manifest passes all, one that breaks a rule is found by that rule."""

from typing import Any

import pytest

from tests.python.transform.project_rules.hand_made import check_of, column, exposure, manifest, model, sound, source
from tests.python.transform.project_rules.project import Project
from tests.python.transform.project_rules.rules import RULES

Node = dict[str, Any]
orders, returns = source(), source("returns")
same_place = source("orders_again", config={"meta": {"external_location": "read('orders.parquet')"}})
staged = model("stg_erp__orders", "staging", orders)
versions = model("int_orders__versions", "intermediate", staged)
fact = model("fct_orders", "marts", versions)
view = {"materialized": "view", "access": "protected", "contract": {"enforced": False}}
private = {"materialized": "view", "access": "private", "contract": {"enforced": False}}
first_view = model("int_a", "intermediate", staged, config=view)
leaves = [model(f"int_leaf_{number}", "intermediate", versions) for number in range(4)]
many = [model(f"int_part_{number}", "intermediate", staged) for number in range(7)]
dimension = model("dim_customer", "marts", staged)
control = model("int_loads__history", "intermediate", staged, tags=["control"])
mute = {"order_id": column("order_id", "Order ID.")}

BROKEN: dict[str, list[Node]] = {
    "staging_dependent_on_staging": [staged, model("stg_erp__b", "staging", staged)],
    "source_fanout": [orders, staged, model("stg_erp__b", "staging", orders)],
    "rejoining_of_upstream_concepts": [versions, fact, model("fct_b", "marts", versions, fact)],
    "model_fanout": [versions, *leaves],
    "marts_or_intermediate_dependent_on_source": [orders, model("fct_b", "marts", orders)],
    "direct_join_to_source": [orders, versions, model("fct_b", "marts", orders, versions)],
    "duplicate_sources": [orders, same_place],
    "hard_coded_references": [model("int_b", "intermediate", raw_code="select * from star.marts.fct_orders as a")],
    "multiple_sources_joined": [orders, returns, model("stg_erp__both", "staging", orders, returns)],
    "root_models": [model("int_b", "intermediate")],
    "staging_dependent_on_marts_or_intermediate": [fact, model("stg_erp__b", "staging", fact)],
    "unused_sources": [orders, returns, staged],
    "too_many_joins": [*many, model("fct_b", "marts", *many)],
    "missing_primary_key_tests": [versions, fact, check_of(fact, "unique", "order_id"), check_of(versions)],
    "test_coverage": [versions, fact, check_of(fact)],
    "sources_without_freshness": [source(freshness=None)],
    "undocumented_models": [fact | {"description": " "}],
    "documentation_coverage": [fact | {"columns": mute}],
    "undocumented_source_tables": [source(description="")],
    "undocumented_sources": [source(source_description="")],
    "test_directories": [fact, check_of(fact, original_file_path="models/intermediate/sales/_models.yml")],
    "model_naming_conventions": [model("orders", "marts", versions)],
    "source_directories": [source(original_file_path="models/staging/shop/_shop__sources.yml")],
    "model_directories": [orders, staged | {"original_file_path": "models/staging/shop/stg_erp__orders.sql"}],
    "chained_views_dependencies": [
        first_view, second := model("int_b", "intermediate", first_view, config=view),
        model("int_c", "intermediate", second, config=view),
    ],
    "exposure_parents_materializations": [first_view, exposure(first_view)],
    "public_models_without_contracts": [fact | {"config": view | {"access": "public"}}],
    "undocumented_public_models": [fact | {"columns": {"order_id": column("order_id", "")}}],
    "exposures_dependent_on_private_models": [fact | {"config": private}, exposure(fact)],
}  # fmt: skip


def find(name: str, nodes: list[Node]) -> list[str]:
    return RULES[name](Project(manifest(*nodes)))


@pytest.mark.parametrize("name", RULES)
def test_a_sound_project_passes(name: str) -> None:
    assert find(name, sound()) == []


@pytest.mark.parametrize("name", RULES)
def test_a_broken_project_is_found(name: str) -> None:
    assert find(name, BROKEN[name])


def test_what_the_house_does_on_purpose_passes() -> None:
    snapshot = model("snap_orders", "intermediate", versions, first_view) | {"resource_type": "snapshot"}
    latest = model("int_orders__latest", "intermediate", versions)
    assert find("rejoining_of_upstream_concepts", [versions, latest, snapshot]) == []
    both = [model("int_b", "intermediate", control), model("fct_b", "marts", control, many[0])]
    assert find("rejoining_of_upstream_concepts", [control, *both]) == []
    new = model("fct_b", "marts", versions)
    old = model("fct_b_v1", "marts", versions, new) | {"version": 1, "latest_version": 2}
    assert find("rejoining_of_upstream_concepts", [versions, new, old]) == []
    watch = {"original_file_path": "models/ops/ops_a.sql", "fqn": ["toy", "ops", "ops_a"]}
    named = model("fct_b", "marts", versions, dimension)
    watched = model("ops_a", "intermediate", named, dimension) | watch
    assert find("rejoining_of_upstream_concepts", [versions, dimension, named, watched]) == []
    again = model("fct_a", "marts", named, dimension)
    assert find("rejoining_of_upstream_concepts", [versions, dimension, named, again])
    summed = model("agg_a", "marts", named, dimension)
    assert find("rejoining_of_upstream_concepts", [versions, dimension, named, summed]) == []
    assert find("model_fanout", [versions, *(model(f"agg_{number}", "marts", versions) for number in range(4))]) == []
    readers = [model(f"fct_{number}", "marts", dimension, control) for number in range(4)]
    assert find("model_fanout", [dimension, control, *readers]) == []
    assert (
        find("too_many_joins", [*many[:6], dimension, control, model("fct_b", "marts", *many[:6], dimension, control)])
        == []
    )
    seed = {"unique_id": "seed.toy.ref_uom", "resource_type": "seed", "depends_on": {}, "columns": {}}
    assert find("direct_join_to_source", [orders, seed, model("stg_erp__b", "staging", orders, seed)]) == []
    rests = source("products", freshness=None)
    assert find("sources_without_freshness", [rests, source("manifest", config={})]) == []
    assert find("missing_primary_key_tests", [orders, staged]) == []
    output = source("run", database="star", schema="ops", freshness=None, original_file_path="models/ops/_sources.yml")
    for name in ("unused_sources", "sources_without_freshness", "source_directories"):
        assert find(name, [*sound(), output]) == []
    assert find("unused_sources", [*sound(), output, model("int_b", "intermediate", output)]) == ["erp.run"]


def test_a_key_is_proved_by_test_and_constraint_of_a_table_only() -> None:
    filled = fact | {"columns": {"order_id": column("order_id", "Number of the order.", "not_null")}}
    assert find("missing_primary_key_tests", [filled, check_of(fact, "unique", "order_id")]) == []
    as_view = filled | {"config": filled["config"] | {"materialized": "view"}}
    assert len(find("missing_primary_key_tests", [as_view, check_of(fact, "unique", "order_id")])) == 1


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("select 1 from marts.fct_orders", 1),
        ('select 1 from a join "b"."c" on true', 1),
        ("select 1 from 'data/orders.parquet'", 1),
        ("select 1 from read_csv('x.csv')", 1),
        ("with a as (select * from {{ ref('b') }} as b) select * from a -- from the.shop", 0),
        ("select extract('year' from days.calendar_date), x is distinct from days.y from days", 0),
    ],
)
def test_only_what_dbt_cannot_see_is_a_hard_coded_reference(sql: str, found: int) -> None:
    assert len(find("hard_coded_references", [model("int_b", "intermediate", raw_code=sql)])) == found
