"""How long work tells what it does, without knowing who listens: a terminal, Dagster or nobody."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Tick:
    """One step of a phase: `done` of `total` (0 when unknown); `status` is None while the step runs."""

    phase: str
    done: int
    total: int
    label: str
    status: str | None = None
    seconds: float | None = None
    quiet: bool = False  # many and small (tests): a plain log leaves them out


Tell = Callable[[Tick], None]


def silent(_: Tick) -> None:
    """Nobody listens."""
