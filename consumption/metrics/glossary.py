"""The page of all governed metrics as Markdown."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from consumption.metrics.catalogue import Manifest, MetricInfo, metrics_of
from orchestration.dictionary.markdown import GENERATED, code, table

PAGE = Path("docs") / "metrics.md"
HOW_TO = """\
One definition each, for every report, page, service and agent. They are computed from sums when they are asked for, of
the published version: a ratio is a sum over a sum, never an average of ratios, so that it is right at every cut.

```
ghala metric list                                      # all of them
ghala metric show otif                                 # what one means, and what it can be cut by
ghala metric otif perfect_order --by warehouse --grain week --from 2026-01-01
ghala metric net_sales --by category --by channel --where "brand like 'S%' and warehouse in ('WH01', 'WH02')"
ghala metric net_sales --grain month --format csv      # or json; --explain shows the SQL, --limit bounds the rows
```

- Periods are days in Nairobi, weeks begin on Monday; without `--to` the last closed day is the end.
- A dimension is as it was when the event happened (as it was, not as it is today).
- A filter compares dimensions with constants, by =, <>, <, >, in, like, between, is null, and, or, not.
- Additive: sum it over anything. Semi-additive: sum it over anything but dates. Non-additive: ask anew at each cut.
- Several metrics can be asked together; they are cut by what they have in common. One known by day and one known by
  month (see periods) meet only over whole months: give `--from` and `--to`."""


def render(manifest: Manifest) -> str:
    """The page; empty for a project without metrics."""
    found = metrics_of(manifest)
    if not found:
        return ""
    lines = [GENERATED, "", "# Metrics", "", HOW_TO, ""]
    rows = [[f"[{one.name}](#{one.name})", one.label, one.area, one.unit, one.owner] for one in found]
    lines += [*table(["metric", "label", "area", "unit", "owner"], rows), ""]
    for area, metrics in groupby(found, key=lambda one: one.area):
        lines += [f"## {area.capitalize()}", ""]
        for one in metrics:
            lines += _section(one)
    lines += ["## Dimensions", "", *table(["dimension", "what it is"], _dimensions(found))]
    return "\n".join(lines) + "\n"


def _section(one: MetricInfo) -> list[str]:
    rows = [
        ["label", one.label],
        ["formula", code(one.formula)],
        ["unit", one.unit],
        ["grain", one.grain],
        ["additivity", one.additivity],
        ["owner", one.owner],
        ["periods", ", ".join(one.grains)],
        ["dimensions", ", ".join(code(dimension.name) for dimension in one.dimensions)],
        ["example", code(example(one))],
    ]
    return [f"### {one.name}", "", one.description, "", *table(["", ""], rows), ""]


def example(one: MetricInfo) -> str:
    """A command that asks for the metric; a test asks each."""
    usual = [name for name in ("warehouse", "category", "provider", "channel", "model") if _has(one, name)]
    by = usual[0] if usual else one.dimensions[0].name
    grain = "week" if "week" in one.grains else one.grains[0]
    return f"ghala metric {one.name} --by {by} --grain {grain}"


def _has(one: MetricInfo, name: str) -> bool:
    return any(dimension.name == name for dimension in one.dimensions)


def _dimensions(found: Sequence[MetricInfo]) -> list[list[str]]:
    known = {dimension.name: dimension for one in found for dimension in one.dimensions}
    return [[code(name), known[name].description] for name in sorted(known)]
