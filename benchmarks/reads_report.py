"""What the reading benchmark says: limits, and tables for people."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.reads_clients import Rows, Times

ONE_MS, MANY_MS, SAVING, GROWTH = 100.0, 1000.0, 0.6, 2.0
LEAST_MS = 5.0  # what grows from less is the noise of a machine
LARGE = 1_000_000  # order lines: a smaller world says nothing about a layout
Found = Mapping[str, Mapping[str, Times]]  # by question and layout


def saving(times: Mapping[str, Times]) -> float | None:
    """The share of the CPU time before that is saved; None where nothing could be asked before."""
    return round(1 - times["after"].cpu / max(times["before"].cpu, 0.1), 3) if "before" in times else None


def growth(times: Mapping[str, Times]) -> float:
    """p95 with ten times the facts to that of now, where either is worth speaking of."""
    return round(max(times["10x"].p95, LEAST_MS) / max(times["after"].p95, LEAST_MS), 2)


def broken(one: Found, many: Found, order_lines: int) -> list[str]:
    """Each limit that a question breaks, in words. `many`: by layout and question."""
    said, is_large = [], order_lines >= LARGE
    for name, times in one.items():
        if times["after"].p95 > ONE_MS:
            said.append(f"{name}: p95 {times['after'].p95} ms, CPU {times['after'].cpu} ms (limit {ONE_MS:.0f})")
        if name in many["after"] and many["after"][name].p95 > MANY_MS:
            said.append(f"{name}: p95 {many['after'][name].p95} ms with many clients (limit {MANY_MS:.0f})")
        saved = saving(times)
        if is_large and saved is not None and saved < SAVING:
            said.append(f"{name}: {saved:.0%} of the CPU saved (limit {SAVING:.0%})")
        if is_large and "10x" in times and growth(times) > GROWTH:
            said.append(f"{name}: {growth(times)} times the p95 with ten times the facts (limit {GROWTH:.0f})")
    return said


def agree(found: Rows, expected: Rows, unit: float = 0.0) -> bool:
    """The same rows in the same order, numbers up to `unit` (0: up to the noise of doubles)."""
    return len(found) == len(expected) and difference(found, expected, unit) is None


def difference(found: Rows, expected: Rows, unit: float = 0.0) -> tuple[Any, Any] | None:
    """The first pair of rows that differ."""
    for row, other in zip(found, expected, strict=False):
        if not all(_same(*pair, unit) for pair in zip(row, other, strict=True)):
            return row, other
    return None


def _same(found: Any, expected: Any, unit: float) -> bool:
    if found is None or expected is None or isinstance(found, str | bool | datetime.date):
        return bool(found == expected)
    return abs(float(found) - float(expected)) <= unit + 1e-9 * abs(float(expected))


def table(one: Found, many: Found, sizes: Mapping[str, Sequence[int]]) -> str:
    """Markdown: by question p50 / p95 (CPU) in ms. `sizes`: rows scanned and rows of the answer."""
    kinds = [kind for kind in ("before", "after", "10x", "postgres") if any(kind in times for times in one.values())]
    at_once = [kind for kind in ("after", "10x", "postgres") if kind in many]
    heads = ["question", "scanned / rows", *kinds, "saved", "10x / 1x", *(f"{kind}, at once" for kind in at_once)]
    lines = [_line(heads), _line(["---"] * len(heads))]
    for name, times in one.items():
        saved = saving(times)
        lines.append(
            _line(
                [
                    name,
                    "{:,} / {:,}".format(*sizes[name]),
                    *(_times(times.get(kind)) for kind in kinds),
                    "" if saved is None else f"{saved:.0%}",
                    f"{growth(times):.1f}" if "10x" in times else "",
                    *(_at_once(many[kind].get(name)) for kind in at_once),
                ]
            )
        )
    total = [_times(many[kind]["all"]) for kind in at_once]
    lines.append(_line(["all", *[""] * (len(heads) - 1 - len(at_once)), *total]))
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _times(times: Times | None) -> str:
    return "" if times is None else f"{times.p50:,.0f} / {times.p95:,.0f} ({times.cpu:,.0f})"


def _at_once(times: Times | None) -> str:
    return "" if times is None else f"{times.p50:,.0f} / {times.p95:,.0f}"
