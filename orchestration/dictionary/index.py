"""The first page: all marts by business area, and who reads them."""

from collections.abc import Sequence
from itertools import groupby

from orchestration.dictionary.collect import Mart, Reader
from orchestration.dictionary.markdown import GENERATED, code, page_of, table

HOW_TO = """\
All that Ghala publishes, one page per table. A fact holds events or states, one row per what its page says first;
its `…_key` columns lead to dimensions. Two facts are never joined row by row: add each up to shared dimensions first.

- A dimension with history (SCD2) has a row per version. The key in a fact leads to the version that was valid when it
  happened (as it was); to see everything by today's attributes (as it is), go on by the natural key to `is_current`.
- Keys: -1 unknown or anonymous, -2 not applicable, -3 the member has not arrived yet. All three have a row in every
  dimension, so an inner join loses nothing.
- Times are UTC; `business_date` is the day in Nairobi. Money is KES. `_load` leads to the file that brought the row."""
OF_READERS = """\
- `agg_…` adds facts up for what is asked often, `mart_…` is a saved query of [metrics](../metrics.md), `feat_…` feeds
  models that learn."""
OF_RUNS = "- How it got here (runs, loads, tests, quarantine, freshness) is in the schema [ops](ops.md)."


def render(marts: Sequence[Mart], readers: Sequence[Reader], *, has_ops: bool) -> str:
    """The index as Markdown; `has_ops`: the project declares the tables of its runs."""
    has_tables_for_readers = any(mart.relation.startswith(("agg_", "mart_", "feat_")) for mart in marts)
    how_to = [HOW_TO, *([OF_READERS] if has_tables_for_readers else []), *([OF_RUNS] if has_ops else [])]
    lines = [GENERATED, "", "# Data dictionary", "", *how_to, ""]
    for area, found in groupby(marts, key=lambda mart: mart.area):
        rows = [
            [page_of(mart.relation), ", ".join(code(name) for name in mart.grain), _first(mart), mart.owner]
            for mart in found
        ]
        lines += [f"## {area}", "", *table(["table", "one row per", "what", "owner"], rows), ""]
    rows = [
        [
            reader.label,
            f"{reader.kind}, {reader.maturity} maturity",
            reader.description,
            reader.owner,
            ", ".join(map(page_of, reader.reads)),
        ]
        for reader in readers
    ]
    lines += ["## Who reads them", "", *table(["reader", "kind", "what for", "owner", "reads"], rows)]
    return "\n".join(lines) + "\n"


def _first(mart: Mart) -> str:
    sentence = mart.description.split(". ")[0].rstrip(".")
    if mart.version == mart.latest_version:
        return sentence
    return f"{sentence}; version {mart.version}, until {mart.deprecation_date}"
