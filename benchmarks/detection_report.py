"""The figures of the detection benchmark for people, and what they were to be."""

from typing import Any

from benchmarks.detection_score import ALWAYS

SEASONAL = "anomaly_seasonal"
FALSE = "false_incidents_per_month_and_50_series"


def verdict(report: dict[str, Any], max_cpu: float) -> list[str]:
    """The targets that the seasonal detector misses, in words."""
    figures = report["detectors"][SEASONAL]
    missed = [f"{name} {figures[name]} < {least}" for name, least in (("precision", 0.9), ("recall", 0.85), ("f1", 0.87))
              if figures[name] < least]  # fmt: skip
    missed += [f"false incidents {figures[FALSE]} > 1"] if figures[FALSE] > 1 else []
    missed += [f"{name} {tally['recall']} < 1" for name, tally in figures["classes"].items()
               if name in ALWAYS and tally["recall"] < 1]  # fmt: skip
    missed += [f"{name} incident of three {tally['recall']} < 0.95" for name, tally in report["repeated"][SEASONAL].items()
               if tally["recall"] < 0.95]  # fmt: skip
    return missed + ([f"{report['cpu_seconds']} CPU s > {max_cpu}"] if report["cpu_seconds"] > max_cpu else [])


def report_table(report: dict[str, Any]) -> str:
    """All tables as Markdown."""
    parts = [_overall(report["detectors"]), _by_class(report["detectors"])]
    if "cold_start" in report:
        parts += ["Cold start: the first 90 days, faults from day 28", _overall(report["cold_start"])]
        parts += ["The same incident in three weeks: recall", _by_class(report["repeated"], nested=False)]
        parts += [f"500 series x 24 months: {report['cpu_seconds']} CPU s"]
        parts += ["missed: " + "; ".join(report["missed"]) if report["missed"] else "all targets are met"]
    return "\n\n".join(parts)


def _overall(detectors: dict[str, Any]) -> str:
    lines = ["| detector | precision | recall | F1 | delay (days) | false incidents / month / 50 series |", "|---|---|---|---|---|---|"]
    for name, f in detectors.items():
        lines.append(f"| {name} | {f['precision']:.2f} | {f['recall']:.2f} | {f['f1']:.2f} | {f['delay_days']:.1f} | {f[FALSE]:.1f} |")
    return "\n".join(lines)


def _by_class(detectors: dict[str, Any], nested: bool = True) -> str:
    tallies = {name: figures["classes"] if nested else figures for name, figures in detectors.items()}
    names = sorted({kind for found in tallies.values() for kind in found})
    lines = ["| class | faults | " + " | ".join(tallies) + " |", "|---" * (len(tallies) + 2) + "|"]
    for kind in names:
        cells = [f"{found[kind]['recall']:.2f} ({found[kind]['delay_days']:.1f} d)" for found in tallies.values()]
        lines.append(f"| {kind} | {next(iter(tallies.values()))[kind]['faults']} | " + " | ".join(cells) + " |")
    return "\n".join(lines)
