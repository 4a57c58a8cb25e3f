"""The one place that tries a source again: how often, how long it waits, and when it gives up.

What takes part: the partition as a whole. Only a page in the middle of a fetch is repeated on its own before that
(rest.py), because starting over would fetch all pages before it again.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from orchestration.errors import UnavailableError
from orchestration.ingest.model import Contract
from orchestration.progress import Tell, Tick, silent

T = TypeVar("T")
QUICK = (0.5, 1.0, 2.0)  # seconds: a restart, a busy moment; a person waits so long
JITTER = 0.2  # of a wait, to both sides: sources that failed together are not asked together
LONGEST_ASKED = 30.0  # of Retry-After, where nothing longer is waited for anyway
BUDGET = 45 * 60.0  # seconds of waiting in a run, over all sources: the daily job has to end within two hours


@dataclass
class Patience:
    """The waits of one run. With `is_long` those of the contracts come after the quick ones; `override` replaces all.

    The long waits of a connection are spent once a run, and one of which nothing can be read is not asked again.
    """

    override: tuple[float, ...] | None = None
    is_long: bool = False
    tell: Tell = silent
    sleep: Callable[[float], None] = time.sleep
    draw: Callable[[], float] = random.random
    _left: float = BUDGET
    _spent: set[str] = field(default_factory=set)
    _down: dict[str, UnavailableError] = field(default_factory=dict)

    def attempt(self, contract: Contract, work: Callable[[], T], reconnect: Callable[[], None]) -> T:
        """The result of `work`, tried again while its source is unavailable; `reconnect` is called in between.

        Raises the last UnavailableError when all attempts failed, any other error at once.
        """
        connection = contract.extraction.connection
        if connection in self._down:
            raise self._down[connection]
        waits = self.schedule(contract)
        for number in range(len(waits) + 1):
            try:
                return work()
            except UnavailableError as error:
                reconnect()
                wait = self._next(waits, number, error)
                if wait is None:
                    self._give_up(connection, error, number)
                    raise
                label = f"again in {wait:.3g} s: {error.what}"
                self.tell(Tick(f"wait {contract.source}", number + 1, len(waits), label, "waiting"))
                self._left -= wait
                self.sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    def schedule(self, contract: Contract) -> tuple[float, ...]:
        """The seconds between the attempts at a partition, without jitter."""
        if contract.extraction.connection in self._spent:
            return ()
        if self.override is not None:
            return self.override
        return (*QUICK, *contract.retry_waits) if self.is_long else QUICK

    def _next(self, waits: tuple[float, ...], number: int, error: UnavailableError) -> float | None:
        """Seconds until the next attempt; None when there is none."""
        if error.is_late or number == len(waits):
            return None
        wait = waits[number] * (1 + JITTER * (2 * self.draw() - 1))
        if error.retry_after is not None:
            wait = min(error.retry_after, max(LONGEST_ASKED, *waits))
        return wait if wait <= self._left else None

    def _give_up(self, connection: str, error: UnavailableError, retries: int) -> None:
        if error.is_late:
            return
        if retries:
            error.what += f", also after {retries} more attempt{'s' if retries > 1 else ''}"
        self._spent.add(connection)
        if error.is_whole:
            self._down[connection] = error
