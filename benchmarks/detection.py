"""What the anomaly tests find and what they miss, on labelled series: `python -m benchmarks.detection`.

The statements are those of the dbt macros. Without --csv the series come from a generator (detection_world.py and
detection_faults.py); the thresholds were chosen on other seeds (TUNED_ON) than those that are reported.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from benchmarks import detection_faults as faults
from benchmarks.detection_report import as_text, missed
from benchmarks.detection_score import Result, scored
from benchmarks.detection_sql import NAMES, statement
from benchmarks.detection_world import Series, calendar, world

TUNED_ON = range(1, 61)
REPORTED = range(301, 311)
COLD_DAYS = 90
CSV = """
    create or replace table watched as
    select "group" as series_group, series, metric, "date"::date as bucket_date, value::double as value,
        nullif(trim(holiday), '') as holiday, (lower(month_end) in ('1', '1.0', 'true'))::integer as month_end,
        coalesce(trim(label), '') as label
    from read_csv(?, all_varchar = true, header = true, null_padding = true, normalize_names = false)
"""
FLAGS = """
    select concat_ws('|', series_group, series, metric) as id, bucket_date, label, reason is not null
    from watched left join ({scores}) as scores using (series_group, series, metric, bucket_date)
    order by id, bucket_date
"""

Connection = duckdb.DuckDBPyConnection
Faults = Callable[[Sequence[Series], int], list[Series]]


def main() -> None:
    """Measure and print; exit code 1 when a target of the seasonal detector is missed (not with --csv)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--csv", type=Path, help="labelled series: group,series,metric,date,value,holiday,month_end,label"
    )
    parser.add_argument("--tuning", action="store_true", help="the seeds on which the thresholds were chosen")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    options = parser.parse_args()
    connection = duckdb.connect()
    if options.csv:
        connection.execute(CSV, [str(options.csv)])
        report: dict[str, Any] = {"detectors": {name: r.summary() for name, r in detected(connection).items()}}
    else:
        report = measured(connection, TUNED_ON if options.tuning else REPORTED)
    print(json.dumps(report, indent=2) if options.json else as_text(report))
    raise SystemExit(int(bool(report.get("missed"))))


def measured(connection: Connection, seeds: Sequence[int]) -> dict[str, Any]:
    """The whole report on generated series: two years, cold start, repeated incidents, cost."""
    load(connection, seeds, faults.with_faults)
    report: dict[str, Any] = {"seeds": [seeds[0], seeds[-1]]}
    report["detectors"] = {name: result.summary() for name, result in detected(connection).items()}
    load(connection, seeds, _cold)
    connection.execute(f"delete from watched where bucket_date >= date '{calendar()[0][COLD_DAYS]}'")
    report["cold_start"] = {name: result.summary() for name, result in detected(connection).items()}
    load(connection, seeds, faults.with_repeats)
    report["repeated"] = {name: result.summary()["classes"] for name, result in detected(connection).items()}
    report["cpu_seconds"] = cost(connection, seeds[0])
    report["missed"] = missed(report)
    return report


def _cold(series: Sequence[Series], seed: int) -> list[Series]:
    return faults.with_faults(series, seed, faults.COLD_START, COLD_DAYS)


def load(connection: Connection, seeds: Sequence[int], put_faults: Faults) -> None:
    """The table `watched` of some seeds; a day that is not there has a row without a value, which carries its label."""
    days, holidays, ends = calendar()
    frames = []
    for seed in seeds:
        for series in put_faults(world(seed), seed):
            columns = {"bucket_date": days, "value": series.values, "holiday": holidays, "month_end": ends}
            frame = pl.DataFrame(columns | {"label": series.labels.tolist()}).with_columns(
                pl.col("value").fill_nan(None)
            )
            names = {"series_group": f"{seed}/{series.group}", "series": series.name, "metric": series.metric}
            frames.append(frame.with_columns(**{name: pl.lit(value) for name, value in names.items()}))
    every = pl.concat(frames)  # noqa: F841  (DuckDB reads it by its name)
    connection.execute(
        "create or replace table watched as select * replace (nullif(holiday, '') as holiday) from every"
    )


def detected(connection: Connection, names: Sequence[str] = NAMES) -> dict[str, Result]:
    """What each detector found in `watched`."""
    return {name: scored(flags(connection, name)) for name in names}


def flags(connection: Connection, name: str) -> list[Any]:
    """Series, day, label and flag of every row."""
    return connection.execute(FLAGS.format(scores=statement(name, "watched"))).fetchall()


def cost(connection: Connection, seed: int) -> float:
    """CPU seconds of scoring every day of 500 series over two years with the seasonal detector."""
    load(connection, range(seed, seed + 10), faults.with_faults)
    started = time.process_time()
    connection.execute(f"create or replace temp table scores as {statement('anomaly_seasonal', 'watched')}")
    return round(time.process_time() - started, 2)


if __name__ == "__main__":
    main()
