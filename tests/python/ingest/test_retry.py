"""How often a source is tried, how long is waited, and when it is given up: with a clock of the test's own."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from orchestration.config import settings
from orchestration.errors import ConfigError, GateError, GhalaError, UnavailableError
from orchestration.ingest import retry
from orchestration.ingest.model import Contract
from orchestration.ingest.retry import Patience
from orchestration.progress import Tick
from tests.python.ingest.project import CSV, SALES, contract, make

LONG = (60.0, 300.0, 900.0)


@dataclass
class Clock:
    """Notes waits in place of waiting; `draws` are what the jitter draws, always the middle unless given."""

    waits: list[float] = field(default_factory=list)
    told: list[Tick] = field(default_factory=list)
    reconnected: int = 0

    def patience(self, draw: float = 0.5, **options: Any) -> Patience:
        return Patience(sleep=self.waits.append, draw=lambda: draw, tell=self.told.append, **options)

    def again(self) -> None:
        self.reconnected += 1


@pytest.fixture
def shop(tmp_path: Path) -> Contract:
    (made,) = make(tmp_path, contract(SALES, CSV)).contracts
    return made


def down(**facts: Any) -> UnavailableError:
    return UnavailableError("the shop does not answer", "there", "wait", **facts)


def failing(times: int, error: Callable[[], Exception] = down) -> Callable[[], str]:
    """Work that fails so many times and then succeeds."""
    left = [times]

    def work() -> str:
        left[0] -= 1
        if left[0] >= 0:
            raise error()
        return "landed"

    return work


def test_a_daily_job_waits_seconds_then_1_5_and_15_minutes(shop: Contract) -> None:
    clock = Clock()
    assert clock.patience(is_long=True).attempt(shop, failing(6), clock.again) == "landed"
    assert clock.waits == [*retry.QUICK, *LONG] and clock.reconnected == 6
    assert [tick.label.split(":")[0] for tick in clock.told][-3:] == [
        "again in 60 s",
        "again in 300 s",
        "again in 900 s",
    ]


def test_a_person_waits_seconds_and_is_told_how_often_it_was_tried(shop: Contract) -> None:
    clock = Clock()
    with pytest.raises(UnavailableError, match="does not answer, also after 3 more attempts"):
        clock.patience().attempt(shop, failing(9), clock.again)
    assert clock.waits == list(retry.QUICK)


def test_waits_of_the_contract_and_of_the_environment(
    tmp_path: Path, shop: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    custom = {"retryWaits": ["10s", "2m", "1h"]}
    (slow,) = make(tmp_path / "slow", contract(SALES, CSV, custom=custom)).contracts
    assert clock.patience(is_long=True).schedule(slow) == (*retry.QUICK, 10, 120, 3600)
    assert replace(slow, retry_waits=shop.retry_waits).retry_waits == LONG
    monkeypatch.setenv("GHALA_HOME", str(tmp_path))
    monkeypatch.setenv("GHALA_RETRY_WAITS", "0, 0.5")
    assert clock.patience(override=settings().retry_waits, is_long=True).schedule(slow) == (0, 0.5)
    for wrong in ("soon", "-1", "inf", "1,"):
        monkeypatch.setenv("GHALA_RETRY_WAITS", wrong)
        with pytest.raises(ConfigError, match="GHALA_RETRY_WAITS"):
            settings()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("retryWait", ["1m"], "did you mean 'retryWaits'"),
        ("retryWaits", ["soon"], "does not match"),
        ("retryWaits", [60], "is not of type 'string'"),
    ],
)
def test_a_wrong_policy_is_named(tmp_path: Path, name: str, value: object, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        _ = make(tmp_path, contract(SALES, CSV, custom={name: value})).contracts


def test_jitter_goes_to_both_sides(shop: Contract) -> None:
    shortest, longest = Clock(), Clock()
    for clock, draw in ((shortest, 0.0), (longest, 1.0)):
        clock.patience(draw, override=(10.0,)).attempt(shop, failing(1), clock.again)
    assert (shortest.waits, longest.waits) == ([8.0], [12.0])


def test_the_source_says_how_long_to_wait_but_not_for_ever(shop: Contract) -> None:
    clock = Clock()
    clock.patience().attempt(shop, failing(1, lambda: down(retry_after=7.0)), clock.again)
    clock.patience().attempt(shop, failing(1, lambda: down(retry_after=86_400.0)), clock.again)
    clock.patience(is_long=True).attempt(shop, failing(1, lambda: down(retry_after=86_400.0)), clock.again)
    assert clock.waits == [7, retry.LONGEST_ASKED, LONG[-1]]


@pytest.mark.parametrize(
    "error", [GateError("drift", "x", "y"), GhalaError("no such table", "x", "y"), ValueError("x")]
)
def test_what_does_not_heal_is_not_tried_again(shop: Contract, error: Exception) -> None:
    clock = Clock()
    calls: list[int] = []

    def work() -> None:
        calls.append(1)
        raise error

    with pytest.raises(type(error)):
        clock.patience(is_long=True).attempt(shop, work, clock.again)
    assert (len(calls), clock.waits) == (1, [])


def test_a_late_delivery_is_not_waited_for_and_says_nothing_of_its_source(shop: Contract) -> None:
    clock = Clock()
    patience = clock.patience()
    with pytest.raises(UnavailableError):
        patience.attempt(shop, failing(9, lambda: down(is_late=True)), clock.again)
    assert clock.waits == [] and patience.schedule(shop) == retry.QUICK


def test_a_connection_is_waited_for_once_and_asked_no_more_when_all_of_it_is_down(shop: Contract) -> None:
    clock = Clock()
    patience = clock.patience(is_long=True)
    other = replace(shop, extraction=replace(shop.extraction, connection="other"))
    calls: list[Contract] = []

    def attempt(contract_: Contract, *, is_whole: bool) -> None:
        def work() -> None:
            calls.append(contract_)
            raise down(is_whole=is_whole)

        with pytest.raises(UnavailableError):
            patience.attempt(contract_, work, clock.again)

    attempt(shop, is_whole=False)
    attempt(shop, is_whole=False)  # one endpoint more that fails: one attempt, no waits
    assert (len(calls), len(clock.waits)) == (8, 6)
    attempt(shop, is_whole=True)
    attempt(shop, is_whole=True)
    assert calls.count(shop) == 9
    attempt(other, is_whole=True)
    assert calls.count(other) == 7, "another source is waited for all the same"


def test_a_run_waits_no_longer_than_its_budget(shop: Contract) -> None:
    clock = Clock()
    patience = clock.patience(is_long=True)
    for name in ("a", "b", "c", "d"):
        source = replace(shop, extraction=replace(shop.extraction, connection=name))
        with pytest.raises(UnavailableError):
            patience.attempt(source, failing(9), clock.again)
    assert retry.BUDGET - max(LONG) < sum(clock.waits) <= retry.BUDGET
