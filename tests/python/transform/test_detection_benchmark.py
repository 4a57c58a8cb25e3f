"""The detection benchmark: its bookkeeping on hand-made days, its generator, and series from outside."""

import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from benchmarks.detection_faults import with_faults, with_repeats
from benchmarks.detection_report import missed
from benchmarks.detection_score import Row, alarms, class_of, scored
from benchmarks.detection_sql import DETECTORS, statement
from benchmarks.detection_world import calendar, world

FIRST = date(2025, 1, 1)


def days(labels: str, flags: str) -> list[Row]:
    """One series: a letter is a label, an x a flag, a dot nothing."""
    return [
        ("s", FIRST + timedelta(days=day), "" if label == "." else f"{label}-7", flag == "x")
        for day, (label, flag) in enumerate(zip(labels, flags, strict=True))
    ]


def test_a_fault_is_found_by_a_flag_on_one_of_its_days() -> None:
    result = scored(days("..aaa....", "....x...."))
    assert (result.all.faults, result.all.found, result.false_alarms) == (1, 1, 0)
    assert result.classes["a"].delays == [2]
    assert (result.precision, result.all.recall) == (1, 1)


def test_several_alarms_about_one_fault_count_once() -> None:
    result = scored(days("aaaaaaaaaaaaaaa", "x.....x......x."))
    assert (result.all.found, result.false_alarms, result.precision) == (1, 0, 1)


def test_flags_that_are_close_are_one_alarm_and_far_from_a_fault_a_false_one() -> None:
    result = scored(days("a......................", "..............x..x....x"))
    assert (result.all.found, result.false_alarms) == (0, 2)
    assert result.precision == 0
    assert len(alarms([FIRST, FIRST + timedelta(days=3), FIRST + timedelta(days=7)])) == 2


def test_the_week_after_a_fault_is_its_own_but_finds_nothing() -> None:
    after = scored(days("a..........", ".......x..."))
    assert (after.all.found, after.false_alarms) == (0, 0)
    assert scored(days("a..........", "........x..")).false_alarms == 1


def test_exposure_is_in_months_of_fifty_series() -> None:
    assert round(scored([(f"s{n}", FIRST, "", False) for n in range(1522)]).exposure, 3) == 1.0


def test_a_label_is_its_class_and_a_number() -> None:
    assert [class_of(label) for label in ("level_shift-120", "unit_x100_7", "unit_x100", "17")] == [
        "level_shift", "unit_x100", "unit_x100", "fault",
    ]  # fmt: skip


def test_a_world_follows_from_its_seed_and_faults_are_where_the_labels_are() -> None:
    plain, broken = world(5), with_faults(world(5), 5)
    assert len(plain) == 50
    assert all(np.array_equal(a.values, b.values) for a, b in zip(plain, world(5), strict=True))
    kinds = {class_of(label) for series in broken for label in series.labels if label}
    assert {"missing_day", "outage", "null_spike", "stuck_value", "level_shift", "drift"} <= kinds
    for before, after in zip(plain, broken, strict=True):
        ordinary = after.labels == ""
        if not any(label.startswith("level_shift") for label in after.labels):  # some of which stay
            assert np.array_equal(before.values[ordinary], after.values[ordinary])


def test_repeated_incidents_are_a_week_apart() -> None:
    series = next(s for s in with_repeats(world(5), 5) if any(s.labels))
    first = next(day for day, label in enumerate(series.labels) if label.startswith("first"))
    assert series.labels[first + 7].startswith("second")
    assert series.labels[first + 14].startswith("third")


def test_the_statements_are_those_of_the_macros() -> None:
    for name in DETECTORS:
        assert "fill_nan" not in statement(name, "watched")
        assert statement(name, "watched").lstrip().startswith("with")
    assert "asinh" in statement("anomaly_seasonal", "watched")


def test_missed_targets_are_named() -> None:
    good = {"precision": 0.95, "recall": 0.9, "f1": 0.9, "false_incidents_per_month_and_50_series": 0.5}
    classes = {"outage": {"recall": 1.0}, "drift": {"recall": 0.2}}
    report = {
        "detectors": {"anomaly_seasonal": good | {"classes": classes}},
        "repeated": {"anomaly_seasonal": {"third": {"recall": 1.0}}},
        "cpu_seconds": 3.0,
    }
    assert missed(report) == []
    classes["outage"]["recall"] = 0.99
    assert missed(report) == ["outage 0.99 < 1"]
    assert missed(report | {"cpu_seconds": 6.0})[-1] == "6.0 CPU s > 5.0"


def test_series_from_outside_give_the_same_table(tmp_path: Path) -> None:
    names, ends = calendar()[1], calendar()[2]
    lines = ["group,series,metric,date,value,holiday,month_end,label"]
    for number in range(7):
        for day in range(200):
            broken = number == 3 and day == 150
            value = "" if broken else str(1000 + 37 * (day * 7 % 11) + number)
            label = "missing_day-1" if broken else ""
            when = FIRST + timedelta(days=day)
            lines.append(f"orders,wh_{number},row_count,{when},{value},{names[day]},{ends[day]},{label}")
    file = tmp_path / "labelled.csv"
    file.write_text("\n".join(lines) + "\n")
    command = [sys.executable, "-m", "benchmarks.detection", "--csv", str(file)]
    report = json.loads(subprocess.run([*command, "--json"], check=True, capture_output=True, text=True).stdout)
    seasonal = report["detectors"]["anomaly_seasonal"]
    assert (seasonal["faults"], seasonal["recall"], seasonal["precision"]) == (1, 1.0, 1.0)
    assert seasonal["classes"]["missing_day"]["delay_days"] == 0
    table = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "| anomaly_seasonal | 1.00 | 1.00 | 1.00 |" in table
