"""Testing: every grain is proved, every model is tested, every source says when it is late."""

from tests.python.transform.project_rules.performance import TABLES
from tests.python.transform.project_rules.project import Node, Project, layer, short


def missing_primary_key_tests(project: Project) -> list[str]:
    """Every model proves its grain: a unique and never empty column, or a unique combination of columns.

    Not null may be a constraint of an enforced contract. A staging model is proved elsewhere: the primary key of each
    delivered file is checked at landing, in the pass that casts it, and testing the view would read all of bronze
    again at every build. So it needs a source that names its grain.
    """
    return [
        short(key)
        for key, model in project.models.items()
        if not _has_key_test(model, project.tests_of[key]) and not _is_proved_at_landing(project, key)
    ]


def test_coverage(project: Project) -> list[str]:
    """A model without any test can be wrong for months."""
    return [short(key) for key in project.models if not project.tests_of[key]]


def sources_without_freshness(project: Project) -> list[str]:
    """A source that stopped looks like a quiet day. Every source says after how many hours it is late.

    A contract may promise no age of its rows: products and suppliers rest for weeks, so that the newest change says
    nothing. Such a source states `freshness: null`, and is watched by its loads: the source that holds them, which
    belongs to no contract, must have a freshness of its own.
    """
    loads_are_watched = any(_has_limit(source) for source in project.inputs.values() if not _contract(source))
    return [
        short(key)
        for key, source in project.inputs.items()
        if not _has_limit(source)
        if not (source.get("freshness") is None and _contract(source) and loads_are_watched)
    ]


def _has_key_test(model: Node, tests: list[Node]) -> bool:
    kinds = [(t["test_metadata"]["name"], t.get("column_name")) for t in tests if t.get("test_metadata")]
    if any(kind == "unique_combination" for kind, _ in kinds):
        return True
    filled = {column for kind, column in kinds if kind == "not_null"}
    if model["config"].get("contract", {}).get("enforced") and model["config"]["materialized"] in TABLES:
        filled |= {
            name
            for name, column in model["columns"].items()
            if any(str(constraint["type"]) == "not_null" for constraint in column.get("constraints", ()))
        }
    return any(kind == "unique" and column in filled for kind, column in kinds)


def _is_proved_at_landing(project: Project, key: str) -> bool:
    sources = [project.sources[parent] for parent in project.source_parents(key)]
    return layer(project.models[key]) == "staging" and any(_contract(source) for source in sources)


def _contract(source: Node) -> str:
    meta = {**source.get("meta", {}), **source.get("config", {}).get("meta", {})}
    return str(meta.get("contract_version", ""))


def _has_limit(source: Node) -> bool:
    limits = source.get("freshness") or {}
    return any((limits.get(kind) or {}).get("count") for kind in ("warn_after", "error_after"))


RULES = (missing_primary_key_tests, test_coverage, sources_without_freshness)
