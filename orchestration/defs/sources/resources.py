"""What a run started by a person adds to the assets: somebody to tell, and what went wrong in full."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from orchestration.config import Settings
from orchestration.dbt.outcome import Outcome
from orchestration.ingest.retry import Patience
from orchestration.lock import writer
from orchestration.progress import Tell, Tick, silent

WAIT = 900.0  # seconds: longer than a build that somebody tries by hand


@dataclass
class Console:
    """Ears of a run. In Dagster's own processes nobody listens; `ghala run` puts its terminal here.

    `error`, `loads`, `outcome` and `published` are what the caller in the same process reads afterwards.
    """

    tell: Tell = silent
    interactive: bool = False
    waits: bool = False  # of an interactive run: as long as the contracts say
    error: Exception | None = None
    loads: list[Any] = field(default_factory=list)
    outcome: Outcome | None = None
    published: Any = None
    seconds: dict[str, float] = field(default_factory=dict)
    faults: set[str] = field(default_factory=set)
    patience: dict[str, Patience] = field(default_factory=dict)  # by run: its sources share what it may wait

    def patience_of(self, run_id: str, settings: Settings, tell: Tell) -> Patience:
        """What a run waits for its sources; a run that nobody watches waits as long as the contracts say."""
        return self.patience.setdefault(
            run_id, Patience(settings.retry_waits, is_long=self.waits or not self.interactive, tell=tell)
        )

    def writer(self, settings: Settings) -> AbstractContextManager[None]:
        """The writer's lock for a step. A run that nobody watches waits for another writer: its trigger is spent."""
        return writer(settings.home, wait=0 if self.interactive else WAIT)

    def to(self, log: Callable[[str], None]) -> Tell:
        """Tell the terminal, or without one write what matters to the run's log."""
        if self.interactive:
            return self.tell

        def listen(tick: Tick) -> None:
            if tick.status is not None and not tick.quiet:
                log(f"{tick.done} of {tick.total} {tick.label} {tick.status} {tick.seconds or 0:.2f} s")

        return listen
