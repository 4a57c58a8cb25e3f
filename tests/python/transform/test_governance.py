"""Who answers for a model, who may read it, who does, and what its columns mean."""

import re
from typing import Any

import pytest

from orchestration.config import REPOSITORY

Node = dict[str, Any]
NUMBERS = ("bigint", "integer", "decimal", "double")
ADDITIVITY = ("additive", "semi-additive", "non-additive")
ACCESS = {
    "staging": {"private"},
    "intermediate": {"private", "protected"},
    "marts": {"public"},
    "ops": {"public", "protected"},
}


@pytest.fixture(scope="module")
def models(manifest: dict[str, Any]) -> dict[str, Node]:
    return {key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "model"}


@pytest.fixture(scope="module")
def marts(models: dict[str, Node]) -> list[Node]:
    return [model for model in models.values() if model["fqn"][1] == "marts"]


def named(model: Node) -> str:
    return ".".join(model["unique_id"].split(".")[2:])


def test_every_model_has_a_group_an_owner_and_a_grain(manifest: dict[str, Any], models: dict[str, Node]) -> None:
    groups = {group["name"]: group["owner"] for group in manifest["groups"].values()}
    assert all(owner["name"] and "@" in owner["email"] for owner in groups.values())
    for model in models.values():
        meta = model["config"]["meta"]
        assert groups[model["config"]["group"]], named(model)
        assert meta["owner"], named(model)
        assert meta["grain"], named(model)


def test_every_group_owns_something(manifest: dict[str, Any], models: dict[str, Node]) -> None:
    owning = {model["config"]["group"] for model in models.values()}
    assert {group["name"] for group in manifest["groups"].values()} == owning


def test_access_follows_the_layer(models: dict[str, Node]) -> None:
    """Staging is the platform's own; what stands between is for other groups to build on; marts are for everyone.

    But not the days that MetricFlow counts by: everybody else reads dim_date.
    """
    for model in models.values():
        if model["name"] == "dim_time_spine":
            assert model["config"]["access"] == "protected"
        else:
            assert model["config"]["access"] in ACCESS[model["fqn"][1]], named(model)


def test_every_public_model_has_a_reader(manifest: dict[str, Any], models: dict[str, Node]) -> None:
    read = {parent for exposure in manifest["exposures"].values() for parent in exposure["depends_on"]["nodes"]}
    public = {key for key, model in models.items() if model["config"]["access"] == "public"}
    assert public - read == set()


def test_the_exposure_of_the_dashboards_names_what_their_queries_read(manifest: dict[str, Any]) -> None:
    texts = "".join(file.read_text() for file in (REPOSITORY / "consumption" / "dashboard" / "queries").glob("*.sql"))
    parents = manifest["exposures"]["exposure.ghala.dashboards"]["depends_on"]["nodes"]
    assert {manifest["nodes"][key]["name"] for key in parents} == set(re.findall(r"marts\.(\w+)", texts))


def test_every_exposure_says_who_reads_what_for(manifest: dict[str, Any]) -> None:
    for exposure in manifest["exposures"].values():
        assert exposure["label"], exposure["name"]
        assert len(exposure["description"]) > 40, exposure["name"]
        assert exposure["owner"]["name"], exposure["name"]
        assert exposure["owner"]["email"], exposure["name"]
        assert exposure["maturity"] in ("low", "medium", "high"), exposure["name"]


def test_every_number_of_a_fact_says_how_it_may_be_added(marts: list[Node]) -> None:
    """Keys, the grain and the line numbers of documents are no measures."""
    wrong = []
    for fact in (mart for mart in marts if mart["name"].startswith("fct_")):
        for name, column in fact["columns"].items():
            said = column["config"]["meta"].get("additivity")
            if is_measure(fact, name, column) != (said in ADDITIVITY):
                wrong.append(f"{named(fact)}.{name}: {said}")
    assert not wrong


def is_measure(fact: Node, name: str, column: Node) -> bool:
    grain = [part.strip() for part in fact["config"]["meta"]["grain"].split(",")]
    is_number = column["data_type"].lower().startswith(NUMBERS)
    return is_number and not (name in grain or name.startswith("_") or name.endswith(("_key", "_no", "_code")))


def test_the_description_of_a_measure_agrees_with_its_additivity(marts: list[Node]) -> None:
    for fact in marts:
        for name, column in fact["columns"].items():
            said = column["config"]["meta"].get("additivity")
            words = column["description"].lower()
            found = re.search(r"\b(not additive|non-additive|semi-additive|additive)\b(?! (over|within))", words)
            if said and found:
                assert found[1].replace("not ", "non-") == said, f"{named(fact)}.{name}"


def test_every_attribute_of_a_dimension_says_how_it_keeps_its_history(marts: list[Node]) -> None:
    """SCD2 is what the model tracks, SCD1 what it overwrites, SCD0 what it keeps as first known: SQL and meta agree."""
    for dimension in (mart for mart in marts if mart["name"].startswith("dim_") and mart["access"] == "public"):
        sql = dimension["raw_code"]
        types = {name: column["config"]["meta"].get("scd") for name, column in dimension["columns"].items()}
        if "scd2_members" not in sql:
            assert set(types.values()) == {0, 1, None}, named(dimension)
            continue
        for kind, argument in enumerate(("fixed", "overwritten", "tracked")):
            assert {name for name, scd in types.items() if scd == kind} == columns_of(sql, argument), named(dimension)


def columns_of(sql: str, argument: str) -> set[str]:
    found = re.search(rf"{argument}=\[(.*?)\]", sql, re.DOTALL)
    assert found
    return set(re.findall(r"'(\w+)'", found[1]))


def test_no_text_is_written_twice(marts: list[Node]) -> None:
    """What two marts say of a column in the same words is a doc block; own words are for what is particular to one."""
    texts: dict[tuple[str, str], list[str]] = {}
    for mart in (mart for mart in marts if mart["version"] == mart["latest_version"]):
        for name, column in mart["columns"].items():
            if not column["doc_blocks"]:
                texts.setdefault((name, column["description"]), []).append(mart["name"])
    assert not {key: names for key, names in texts.items() if len(names) > 1}
