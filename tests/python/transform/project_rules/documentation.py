"""Documentation: whoever meets a name can read what it means."""

from tests.python.transform.project_rules.project import Project, short


def undocumented_models(project: Project) -> list[str]:
    """A model without a description is used by guessing from its name."""
    return [short(key) for key, model in project.models.items() if not model["description"].strip()]


def documentation_coverage(project: Project) -> list[str]:
    """All columns are described, and by more than their own name: 100 %, those of seeds and snapshots too."""
    return [
        f"{short(key)}.{name}"
        for key, node in project.built.items()
        for name, column in node["columns"].items()
        if _says_nothing(name, column["description"])
    ] + [short(key) for key, model in project.models.items() if not model["columns"]]


def undocumented_source_tables(project: Project) -> list[str]:
    """The description of a source table is that of its contract: an empty one is an empty contract."""
    return [short(key) for key, source in project.sources.items() if not source["description"].strip()]


def undocumented_sources(project: Project) -> list[str]:
    """Which system it is and who answers for it, before any of its tables."""
    named = {source["source_name"]: source["source_description"].strip() for source in project.sources.values()}
    return [name for name, description in named.items() if not description]


def _says_nothing(name: str, description: str) -> bool:
    words = description.lower().replace("_", " ").strip(" .")
    return not words or words == name.lower().replace("_", " ").strip()


RULES = (undocumented_models, documentation_coverage, undocumented_source_tables, undocumented_sources)
