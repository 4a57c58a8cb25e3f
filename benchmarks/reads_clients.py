"""Asks questions as one client and as many at once, and says what each took."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

Rows = list[tuple[Any, ...]]
LEAST_TURNS = 2


@dataclass(frozen=True)
class Layout:
    """Something that answers: which questions, a client's own way to ask one by name, and CPU seconds used so far."""

    names: frozenset[str]
    client: Callable[[], Callable[[str], Rows]]
    cpu: Callable[[], float]


@dataclass(frozen=True)
class Times:
    """Milliseconds: median and 95th percentile of the wall, mean of the CPU; and how many times it was asked."""

    p50: float
    p95: float
    cpu: float
    asked: int


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all does not exceed."""
    return sorted(values)[max(math.ceil(share * len(values)) - 1, 0)]


def times(walls: Sequence[float], cpu: float) -> Times:
    """Of wall seconds, and CPU seconds in all."""
    seconds = percentile(walls, 0.5), percentile(walls, 0.95), cpu / len(walls)
    p50, p95, mean = (round(1000 * value, 1) for value in seconds)
    return Times(p50, p95, mean, len(walls))


def one_client(
    layouts: Mapping[str, Layout], names: Sequence[str], repeat: int, seconds: float
) -> dict[str, dict[str, Times]]:
    """Times by question and layout: each question asked of all layouts in turns, after one that is not counted.

    A layout that has had its `seconds` for a question, and at least two turns, is left out of the rest.
    """
    asks = {kind: layout.client() for kind, layout in layouts.items()}
    found: dict[str, dict[str, Times]] = {}
    for name in names:
        able = {kind: ask for kind, ask in asks.items() if name in layouts[kind].names}
        walls: dict[str, list[float]] = {kind: [] for kind in able}
        cpu = dict.fromkeys(able, 0.0)
        for ask in able.values():
            ask(name)
        for turn in range(repeat):
            for kind, ask in able.items():
                if turn >= LEAST_TURNS and sum(walls[kind]) > seconds:
                    continue
                used, started = layouts[kind].cpu(), time.perf_counter()
                ask(name)
                walls[kind].append(time.perf_counter() - started)
                cpu[kind] += layouts[kind].cpu() - used
        found[name] = {kind: times(walls[kind], cpu[kind]) for kind in able}
    return found


def many_clients(layout: Layout, names: Sequence[str], clients: int, rounds: int) -> dict[str, Times]:
    """Times by question, and of all as `all`, while so many clients ask without pause, each from another question on.

    CPU is the mean of all questions: at once, nobody knows whose it is.
    """
    able = [name for name in names if name in layout.names]

    def work(number: int) -> list[tuple[str, float]]:
        ask, taken = layout.client(), []
        first = number * len(able) // clients
        for name in (able[first:] + able[:first]) * rounds:
            started = time.perf_counter()
            ask(name)
            taken.append((name, time.perf_counter() - started))
        return taken

    used = layout.cpu()
    with ThreadPoolExecutor(clients) as pool:
        taken = [one for part in pool.map(work, range(clients)) for one in part]
    mean = (layout.cpu() - used) / len(taken)
    walls = {name: [wall for asked, wall in taken if asked == name] for name in able}
    walls["all"] = [wall for _, wall in taken]
    return {name: times(values, mean * len(values)) for name, values in walls.items()}
