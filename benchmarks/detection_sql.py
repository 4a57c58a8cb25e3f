"""The statements under test: dbt's own macros rendered with Jinja, and the peer's default logic restated."""

from pathlib import Path
from typing import Any

import jinja2

MACROS = Path(__file__).resolve().parents[1] / "macros" / "anomaly"
KINDS = "case metric when 'row_count' then 'count' when 'null_rate' then 'rate' else 'value' end"
SERIES: dict[str, Any] = {
    "series": ["series_group", "series", "metric"],
    "measure": "any_value(value)",
    "kind": KINDS,
    "holiday": "holiday",
    "month_end": "month_end = 1",
}
DETECTORS: dict[str, dict[str, Any]] = {
    "anomaly_zscore": {},
    "anomaly_iqr": {},
    "anomaly_volatility": {},
    "anomaly_seasonal": {"peers": ["series_group"], "is_total": "series like '%total'"},
}
# The published defaults of elementary: training_period 14 days (with seasonality day_of_week 14 weeks), the tested
# bucket in its own training set, sensitivity 3, at least 7 buckets. A day without rows is 0 for a volume.
PEER = """
    with watched as (
        select * replace (if(metric = 'row_count', coalesce(value, 0), value) as value) from {relation}
    ),
    trained as (
        select *, avg(value) over training as mean, stddev(value) over training as deviation,
            count(value) over training as buckets
        from watched
        window training as (
            partition by series_group, series, metric{season}
            order by bucket_date rows between 14 preceding and current row
        )
    )
    select series_group, series, metric, bucket_date, value, mean as expected, mean - 3 * deviation as low,
        mean + 3 * deviation as high, (value - mean) / deviation as z,
        if(buckets >= 7 and deviation > 0 and abs(value - mean) > 3 * deviation, 'beyond 3 deviations', null) as reason
    from trained
"""
SEASONS = {"elementary, defaults": "", "elementary, day_of_week": ", dayofweek(bucket_date)"}
NAMES = (*DETECTORS, *SEASONS)


def statement(name: str, relation: str) -> str:
    """The statement that scores every day of a relation of labelled series."""
    if name in SEASONS:
        return PEER.format(relation=relation, season=SEASONS[name])
    return render(f"{name}_scores", relation=relation, **SERIES, **DETECTORS[name])


def render(macro: str, **arguments: Any) -> str:
    """A macro of macros/anomaly as dbt renders it: all files share their names."""
    source = "\n".join(file.read_text() for file in sorted(MACROS.glob("*.sql")))
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)  # noqa: S701  (SQL)
    template = environment.from_string(source + "{{ " + macro + "(**arguments) }}")
    return template.render(arguments=arguments)
