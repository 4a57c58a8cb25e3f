"""Performance: nothing is computed again and again behind a reader's back."""

from functools import partial

from tests.python.transform.project_rules.project import Project, layer, pairs, short

CHAINED = 2  # views in a row; stricter than the evaluator's 5
TABLES = ("table", "incremental")


def chained_views_dependencies(project: Project) -> list[str]:
    """A chain of views runs as one query that nobody wrote.

    Staging is views on purpose: a filter on the file name goes through a view to the scan, so that one new file
    costs one file. They feed tables; two views in a row are the longest chain that is allowed.
    """
    length = partial(_views_up_to, project)
    return [f"{short(key)} ({count})" for key in project.models if (count := length(key)) > CHAINED]


def exposure_parents_materializations(project: Project) -> list[str]:
    """Consumers read tables: a serving file holds nothing else, and a source is nobody's business outside."""
    found = []
    for key, exposure in project.exposures.items():
        for parent in exposure["depends_on"]["nodes"]:
            model = project.models.get(parent)
            if model is None or model["config"]["materialized"] not in TABLES or layer(model) not in ("marts", "ops"):
                found.append((parent, key))
    return pairs(found)


def _views_up_to(project: Project, key: str) -> int:
    if project.models[key]["config"]["materialized"] in TABLES:
        return 0
    views = [_views_up_to(project, parent) for parent in project.parents[key] if parent in project.models]
    return 1 + max(views, default=0)


RULES = (chained_views_dependencies, exposure_parents_materializations)
