"""What the metrics of a semantic manifest are, and what they can be cut by; plain data, without MetricFlow.

A test compares the dimensions that are found here with those of MetricFlow.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Manifest = Mapping[str, Any]
AREAS = ("sales", "service", "inventory", "supply", "forecast", "payments", "web", "finance")
WORD = re.compile(r"\w+")
GRAINS = ("day", "week", "month", "quarter", "year")


@dataclass(frozen=True)
class Dimension:
    """What a metric can be cut by. `name` is what people write, `qualified` what MetricFlow calls it."""

    name: str
    qualified: str
    label: str
    description: str


@dataclass(frozen=True)
class MetricInfo:
    """A governed metric. `formula` is over sums of measures, `grains` are the periods it can be asked by."""

    name: str
    label: str
    description: str
    area: str
    owner: str
    grain: str
    additivity: str
    unit: str
    formula: str
    dimensions: tuple[Dimension, ...]
    grains: tuple[str, ...]
    is_cumulative: bool


def metrics_of(manifest: Manifest) -> list[MetricInfo]:
    """The governed metrics by area and name; helpers without an owner are not among them."""
    found = [_info(metric, manifest) for metric in manifest["metrics"] if _meta(metric).get("owner")]
    return sorted(found, key=lambda one: (AREAS.index(one.area), one.name))


def measures_of(metric: Mapping[str, Any], manifest: Manifest) -> list[str]:
    """The names of all measures that a metric is made of, through its inputs."""
    known = {one["name"]: one for one in manifest["metrics"]}
    found = [one["name"] for one in metric["type_params"]["input_measures"]]
    for name in inputs_of(metric):
        found += measures_of(known[name], manifest)
    return list(dict.fromkeys(found))


def inputs_of(metric: Mapping[str, Any]) -> list[str]:
    """The names of the metrics that a ratio or a derived metric is made of."""
    params = metric["type_params"]
    given = [params["numerator"], params["denominator"], *(params["metrics"] or ())]
    return [one["name"] for one in given if one]


def _info(metric: Mapping[str, Any], manifest: Manifest) -> MetricInfo:
    meta = _meta(metric)
    measures = measures_of(metric, manifest)
    return MetricInfo(
        name=metric["name"],
        label=metric["label"],
        description=" ".join(metric["description"].split()),
        area=meta["area"],
        owner=meta["owner"],
        grain=meta["grain"],
        additivity=meta["additivity"],
        unit=meta["unit"],
        formula=_formula(metric, manifest),
        dimensions=_common([_dimensions(_model_of(name, manifest), manifest) for name in measures]),
        grains=GRAINS[max(_finest(name, manifest) for name in measures) :],
        is_cumulative=metric["type"] == "cumulative",
    )


def _formula(metric: Mapping[str, Any], manifest: Manifest) -> str:
    """The metric written out over its measures, such as sum(is_perfect) / sum(is_delivered)."""
    known = {one["name"]: one for one in manifest["metrics"]}
    params = metric["type_params"]
    if metric["type"] == "ratio":
        above, below = (_formula(known[params[side]["name"]], manifest) for side in ("numerator", "denominator"))
        return f"{above} / {below}"
    if metric["type"] == "derived":
        names = {one["alias"] or one["name"]: _formula(known[one["name"]], manifest) for one in params["metrics"]}
        return WORD.sub(lambda word: names.get(word[0], word[0]), params["expr"])
    running = "running total of " if metric["type"] == "cumulative" else ""
    return running + _measure_formula(params["measure"]["name"], manifest)


def _measure_formula(name: str, manifest: Manifest) -> str:
    measure = next(one for model in manifest["semantic_models"] for one in model["measures"] if one["name"] == name)
    inner = measure["expr"] or name
    if measure["agg"] == "percentile":
        return f"percentile({inner}, {measure['agg_params']['percentile']})"
    if measure["non_additive_dimension"]:
        return f"sum({inner}) of the last day"
    return f"count(distinct {inner})" if measure["agg"] == "count_distinct" else f"{measure['agg']}({inner})"


def _model_of(measure: str, manifest: Manifest) -> Mapping[str, Any]:
    models: Sequence[Mapping[str, Any]] = manifest["semantic_models"]
    return next(model for model in models if any(one["name"] == measure for one in model["measures"]))


def _finest(measure: str, manifest: Manifest) -> int:
    """The position in GRAINS of the finest period in which a measure is known."""
    model = _model_of(measure, manifest)
    own = next(one for one in model["measures"] if one["name"] == measure)["agg_time_dimension"]
    named = own or model["defaults"]["agg_time_dimension"]
    dimension = next(one for one in model["dimensions"] if one["name"] == named)
    return GRAINS.index(dimension["type_params"]["time_granularity"])


def _dimensions(model: Mapping[str, Any], manifest: Manifest) -> list[Dimension]:
    """Own dimensions, those of the members that the entities lead to, and entities that are names by themselves."""
    members = {_primary(other): other for other in manifest["semantic_models"] if _meta(other).get("identifier")}
    found = _named(_primary(model), model)
    for entity in model["entities"]:
        if entity["name"] in members:
            found += _named(entity["name"], members[entity["name"]])
        elif entity["type"] == "foreign":
            label = entity["label"] or entity["name"].capitalize()
            found.append(Dimension(entity["name"], entity["name"], label, entity["description"] or label))
    return found


def _named(entity: str, model: Mapping[str, Any]) -> list[Dimension]:
    identifier = _meta(model).get("identifier")
    return [
        Dimension(
            name=entity if one["name"] == identifier else one["name"],
            qualified=f"{entity}__{one['name']}",
            label=one["label"] or one["name"],
            description=one["description"] or "",
        )
        for one in model["dimensions"]
        if one["type"] == "categorical"
    ]


def _primary(model: Mapping[str, Any]) -> str:
    return next((str(one["name"]) for one in model["entities"] if one["type"] == "primary"), "")


def _common(lists: Sequence[Sequence[Dimension]]) -> tuple[Dimension, ...]:
    everywhere = set.intersection(*({one.qualified for one in found} for found in lists))
    return tuple(one for one in lists[0] if one.qualified in everywhere)


def _meta(node: Mapping[str, Any]) -> Mapping[str, Any]:
    meta: Mapping[str, Any] = (node.get("config") or {}).get("meta") or {}
    return meta
