"""Governance: what is public is promised, described and the only thing that consumers depend on."""

from tests.python.transform.project_rules.project import Project, pairs, short


def public_models_without_contracts(project: Project) -> list[str]:
    """Who reads a public model relies on its columns and types: the build must fail when they differ."""
    return [short(key) for key in _public(project) if not project.models[key]["config"]["contract"]["enforced"]]


def undocumented_public_models(project: Project) -> list[str]:
    """A public model is read by people who cannot ask its author: model and all columns are described."""
    return [
        short(key)
        for key in _public(project)
        if not project.models[key]["description"].strip()
        or not project.models[key]["columns"]
        or not all(column["description"].strip() for column in project.models[key]["columns"].values())
    ]


def exposures_dependent_on_private_models(project: Project) -> list[str]:
    """A consumer that depends on what is not public breaks when we tidy up."""
    public = set(_public(project))
    return pairs(
        (parent, key)
        for key, exposure in project.exposures.items()
        for parent in exposure["depends_on"]["nodes"]
        if parent in project.models and parent not in public
    )


def _public(project: Project) -> list[str]:
    return [key for key, model in project.models.items() if str(model["config"]["access"]) == "public"]


RULES = (public_models_without_contracts, undocumented_public_models, exposures_dependent_on_private_models)
