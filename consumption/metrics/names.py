"""From what people write to what MetricFlow knows; what is unknown is refused with what was probably meant."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from consumption.metrics.catalogue import GRAINS, Dimension, MetricInfo
from orchestration.errors import ConfigError


def metrics(names: Sequence[str], known: Sequence[MetricInfo]) -> list[MetricInfo]:
    """The metrics of the given names. Raises ConfigError for none, for one that does not exist and for one twice."""
    by_name = {one.name: one for one in known}
    if not names:
        raise ConfigError("no metric was named", "the metrics", "see: ghala metric list")
    for name in names:
        if name not in by_name:
            raise _unknown("metric", name, by_name, "all metrics: ghala metric list")
    if len(set(names)) < len(names):
        raise ConfigError("a metric was named twice", "the metrics", "name each once")
    return [by_name[name] for name in names]


def dimensions(names: Sequence[str], asked: Sequence[MetricInfo]) -> list[Dimension]:
    """What the asked metrics share under the given names. Raises ConfigError for anything else."""
    found = [dimension(name, asked, "--by") for name in names]
    if len(set(found)) < len(found):
        raise ConfigError("a dimension was named twice", "--by", "name each once")
    return found


def dimension(name: str, asked: Sequence[MetricInfo], where: str) -> Dimension:
    """One dimension by its name or its qualified name."""
    shared = [one for one in asked[0].dimensions if all(one in other.dimensions for other in asked)]
    for one in shared:
        if name.lower() in (one.name, one.qualified, one.qualified.rpartition("__")[2]):
            return one
    metric_names = ", ".join(one.name for one in asked)
    raise _unknown("dimension", name, [one.name for one in shared], f"of {metric_names}", where)


def grain(name: str | None, asked: Sequence[MetricInfo]) -> str | None:
    """A period that all asked metrics know. Raises ConfigError for one that is no period or too fine."""
    if name is None:
        return None
    if name not in GRAINS:
        raise _unknown("grain", name, GRAINS, "a grain is a period", "--grain")
    for one in asked:
        if name not in one.grains:
            raise ConfigError(f"{one.name} is not known by {name}", "--grain", f"take one of: {', '.join(one.grains)}")
    return name


def _unknown(kind: str, name: str, known: Iterable[str], more: str, where: str = "the metrics") -> ConfigError:
    names = list(known)
    near = get_close_matches(name.lower(), names, n=3, cutoff=0.6)
    near += [one for one in names if name.lower() in one and one not in near][:3]
    hint = f"did you mean {' or '.join(near)}?" if near else f"take one of: {', '.join(sorted(names))}"
    return ConfigError(f"there is no {kind} {name!r} ({more})", where, hint)
