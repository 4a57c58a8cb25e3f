"""Modeling: the graph runs from a source through one staging model to the star, and says so by ref() and source()."""

import re
from collections import Counter

from tests.python.transform.project_rules.project import Node, Project, pairs, short

FANOUT = 3  # leaves of one parent; the evaluator's own threshold
JOINS = 7  # parents of one model; the evaluator's own threshold
DOWNSTREAM = ("intermediate", "marts", "ops")
JINJA = re.compile(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
NO_REFERENCE = re.compile(r"--[^\n]*|\bextract\s*\([^()]*|\bdistinct\s+from\b", re.IGNORECASE)
HARD_CODED = re.compile(
    r"""\b(?:from|join)\s+((?:"?\w+"?\.)+"?\w+"?|'[^']+'|read_\w+\s*\()""",
    re.IGNORECASE,
)


def staging_dependent_on_staging(project: Project) -> list[str]:
    """A staging model mirrors one source table; one that reads another is an intermediate model in the wrong folder."""
    return pairs((p, key) for key in project.in_layer("staging") for p in project.parents_in(key, ["staging"]))


def source_fanout(project: Project) -> list[str]:
    """One staging model per source table: renaming and canonical codes are decided once."""
    return [short(key) for key in project.sources if len(project.children[key]) > 1]


def rejoining_of_upstream_concepts(project: Project) -> list[str]:
    """A model that only its own grandchild reads again is a step that could be a CTE of it.

    Four triangles are meant. A control table (tag `control`) is no concept: a model reads it to learn which loads
    or keys are new, at every step. And a snapshot takes one relation as its input, so that the newest versions
    need a view of their own, while its repair looks at all versions. And an old version of a mart takes its rows
    from the new one, and from what that is made of which of them have changed. Nor is it one that a fact finds its keys
    in a dimension and ops the names by which the fact is watched, or that a saved query reads a mart and its facts.
    """
    found = []
    for parent in project.models:
        if project.is_control(parent):
            continue
        children = project.children[parent]
        for between in children:
            ends = project.children[between]
            is_next = len(ends) == 1 and ends[0] in children and ends[0] in project.models
            is_meant = is_next and (
                project.is_old_version(ends[0])
                or project.names_of_watched(parent, ends[0])
                or project.is_export(ends[0])
            )
            if is_next and not is_meant:
                found.append(f"{short(parent)} → {short(between)} → {short(ends[0])}")
    return found


def model_fanout(project: Project) -> list[str]:
    """Many leaves below one model are reports that belong into the BI layer, or a common step that is missing.

    The star itself fans out: a conformed dimension is there to be read by every fact, and a control table by
    every incremental model. So leaves count below all other models. A saved query is a report that is here on purpose:
    its metrics are those of the star, and it is written by a program.
    """
    leaves = {key for key in project.models if not project.children[key] and not project.is_export(key)}
    return [
        f"{short(key)} ({count})"
        for key in project.models
        if not project.is_dimension(key) and not project.is_control(key)
        if (count := len(leaves & set(project.children[key]))) > FANOUT
    ]


def marts_or_intermediate_dependent_on_source(project: Project) -> list[str]:
    """Beyond staging nobody knows a source's own names and types."""
    return pairs((p, key) for key in project.in_layer(*DOWNSTREAM) for p in project.source_parents(key))


def direct_join_to_source(project: Project) -> list[str]:
    """A model that reads a source beside a model skips the staging model of that source.

    A seed is no model: staging brings units and codes to their canonical form with the reference tables.
    """
    return [
        short(key)
        for key in project.models
        if project.source_parents(key) and any(parent in project.models for parent in project.parents[key])
    ]


def duplicate_sources(project: Project) -> list[str]:
    """Two names for one place split the lineage. The place is the external location, or else the relation."""
    places = {key: _place(source) for key, source in project.sources.items()}
    often = Counter(places.values())
    return [short(key) for key, place in places.items() if often[place] > 1]


def hard_coded_references(project: Project) -> list[str]:
    """Only ref() and source() tell dbt the order of building; a literal relation or file is invisible to it."""
    found = []
    for key, node in {**project.models, **project.data_tests}.items():
        sql = NO_REFERENCE.sub(" ", JINJA.sub(" jinja ", str(node.get("raw_code", ""))))
        found += [f"{short(key)}: {literal}" for literal in HARD_CODED.findall(sql)]
    return found


def multiple_sources_joined(project: Project) -> list[str]:
    """Two sources in one model are two staging models and an intermediate one."""
    return [short(key) for key in project.models if len(project.source_parents(key)) > 1]


def root_models(project: Project) -> list[str]:
    """A model without parents hides where its rows come from."""
    return [short(key) for key in project.models if not project.parents[key]]


def staging_dependent_on_marts_or_intermediate(project: Project) -> list[str]:
    """Staging is the first layer: what it would read further down has been read already."""
    return pairs((p, key) for key in project.in_layer("staging") for p in project.parents_in(key, DOWNSTREAM))


def unused_sources(project: Project) -> list[str]:
    """A table that is landed every day and read by nobody costs and misleads.

    Outputs are the other way round: dbt has ended when they are written, so a model would read those of the run before.
    """
    unread = [short(key) for key in project.inputs if not project.children[key]]
    return unread + [short(key) for key in project.sources if key not in project.inputs and project.children[key]]


def too_many_joins(project: Project) -> list[str]:
    """Seven concepts in one model are more than a reader holds in mind.

    Dimensions and control tables do not count: a fact finds the keys of its (at most six) dimensions by one macro
    and learns from the control tables what is new; no intermediate model could take that off it.
    """
    found = []
    for key in project.models:
        concepts = [p for p in project.parents[key] if not project.is_dimension(p) and not project.is_control(p)]
        if len(concepts) >= JOINS:
            found.append(f"{short(key)} ({len(concepts)})")
    return found


def _place(source: Node) -> str:
    meta = {**source.get("source_meta", {}), **source.get("meta", {}), **source.get("config", {}).get("meta", {})}
    location = str(meta.get("external_location", ""))
    return location.replace("{name}", str(source["name"])) if location else str(source.get("relation_name"))


RULES = (
    staging_dependent_on_staging,
    source_fanout,
    rejoining_of_upstream_concepts,
    model_fanout,
    marts_or_intermediate_dependent_on_source,
    direct_join_to_source,
    duplicate_sources,
    hard_coded_references,
    multiple_sources_joined,
    root_models,
    staging_dependent_on_marts_or_intermediate,
    unused_sources,
    too_many_joins,
)
