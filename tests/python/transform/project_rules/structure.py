"""Structure: a name says the folder, the folder says the layer, and YAML lies beside what it describes."""

from pathlib import PurePosixPath

from tests.python.transform.project_rules.project import Project, layer, short

PREFIXES = {
    "staging": ("stg_",),
    "intermediate": ("int_",),
    "marts": ("fct_", "dim_", "mart_"),
    "ops": ("ops_", "fct_", "dim_"),
}


def test_directories(project: Project) -> list[str]:
    """Generic and unit tests are in a YAML file beside the model, where a change of the model is made.

    Singular tests bind several models and lie in tests/singular: they belong to no folder of models/.
    """
    found = []
    for key, test in project.tests.items():
        tested = test.get("attached_node") or test.get("tested_node_unique_id")
        if test.get("resource_type") == "unit_test" and not tested:
            tested = next(iter(test["depends_on"]["nodes"]), None)
        node = project.built.get(str(tested)) or project.sources.get(str(tested))
        if node and _folder(test["original_file_path"]) != _folder(node["original_file_path"]):
            found.append(short(key))
    return found


def model_naming_conventions(project: Project) -> list[str]:
    """A prefix says the layer wherever a name appears alone; stg_<source>__ says the source too."""
    found = [
        short(key)
        for key, model in project.models.items()
        if not model["name"].startswith(PREFIXES.get(layer(model), ()))
    ]
    for key, model in project.in_layer("staging").items():
        sources = {project.sources[parent]["source_name"] for parent in project.source_parents(key)}
        if sources and not any(model["name"].startswith(f"stg_{source}__") for source in sources):
            found.append(short(key))
    return found


def source_directories(project: Project) -> list[str]:
    """A source is declared in models/staging/<source>; an output of the build in the folder of its schema."""
    return [
        short(key)
        for key, source in project.sources.items()
        if _folder(source["original_file_path"])
        != (f"models/staging/{source['source_name']}" if key in project.inputs else f"models/{source['schema']}")
    ]


def model_directories(project: Project) -> list[str]:
    """A staging model lies in the folder of its source, every other model in a business area of its layer."""
    found = []
    for key, model in project.models.items():
        folders = PurePosixPath(model["original_file_path"]).parts[1:-1]
        sources = [project.sources[parent]["source_name"] for parent in project.source_parents(key)]
        in_place = folders[0] in PREFIXES and (folders[0] == "ops" or len(folders) >= 2)
        if not in_place or (folders[0] == "staging" and folders[1:] != tuple(sources[:1])):
            found.append(short(key))
    return found


def _folder(path: str) -> str:
    return str(PurePosixPath(path).parent)


RULES = (test_directories, model_naming_conventions, source_directories, model_directories)
