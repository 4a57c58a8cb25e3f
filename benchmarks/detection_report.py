"""The figures of the detection benchmark for people, and what they were to be."""

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.detection_score import ALWAYS

SEASONAL = "anomaly_seasonal"
FALSE = "false_incidents_per_month_and_50_series"
LEAST = {"precision": 0.90, "recall": 0.85, "f1": 0.87}
MAX_FALSE, LEAST_REPEATED, MAX_CPU_SECONDS = 1.0, 0.95, 5.0


def missed(report: Mapping[str, Any]) -> list[str]:
    """The targets that the seasonal detector misses, in words."""
    figures, repeated, cpu = report["detectors"][SEASONAL], report["repeated"][SEASONAL], report["cpu_seconds"]
    found = [f"{name} {figures[name]} < {least}" for name, least in LEAST.items() if figures[name] < least]
    if figures[FALSE] > MAX_FALSE:
        found.append(f"false incidents {figures[FALSE]} > {MAX_FALSE}")
    for kind, tally in figures["classes"].items():
        if kind in ALWAYS and tally["recall"] < 1:
            found.append(f"{kind} {tally['recall']} < 1")
    for turn, tally in repeated.items():
        if tally["recall"] < LEAST_REPEATED:
            found.append(f"the {turn} of three incidents {tally['recall']} < {LEAST_REPEATED}")
    return found + ([f"{cpu} CPU s > {MAX_CPU_SECONDS}"] if cpu > MAX_CPU_SECONDS else [])


def as_text(report: Mapping[str, Any]) -> str:
    """All tables as Markdown."""
    parts = [_overall(report["detectors"]), _by_class(report["detectors"])]
    if "cold_start" in report:
        repeated = {name: {"classes": turns} for name, turns in report["repeated"].items()}
        parts += [
            "Cold start: the first 90 days of the series, faults from day 28 on",
            _overall(report["cold_start"]),
            "The same incident on one weekday of three weeks: recall (mean delay)",
            _by_class(repeated),
            f"500 series of 24 months: {report['cpu_seconds']} CPU s",
            "missed: " + "; ".join(report["missed"]) if report["missed"] else "all targets are met",
        ]
    return "\n\n".join(parts)


def _overall(detectors: Mapping[str, Any]) -> str:
    head = ("detector", "precision", "recall", "F1", "delay (days)", "false incidents / month / 50 series")
    keys = (("precision", 2), ("recall", 2), ("f1", 2), ("delay_days", 1), (FALSE, 1))
    rows = [(name, *(_number(figures[key], places) for key, places in keys)) for name, figures in detectors.items()]
    return _table(head, rows)


def _by_class(detectors: Mapping[str, Any]) -> str:
    first = next(iter(detectors.values()))["classes"]
    rows = []
    for kind in first:
        tallies = [found["classes"][kind] for found in detectors.values()]
        cells = [f"{t['recall']:.2f} ({_number(t['delay_days'], 1)} d)" for t in tallies]
        rows.append((kind, str(first[kind]["faults"]), *cells))
    return _table(("class", "faults", *detectors), rows)


def _number(value: float | None, places: int = 2) -> str:
    return "-" if value is None else f"{value:.{places}f}"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
