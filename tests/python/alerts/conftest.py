"""A house without dbt: a shop whose files land, and nobody told of anything yet."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestration.alerts import state
from orchestration.alerts.model import Ending, State
from orchestration.alerts.settle import settle
from orchestration.cli.landing import land_range
from orchestration.config import Settings
from orchestration.errors import GhalaError
from orchestration.progress import silent
from tests.python.alerts.receivers import Webhook, webhook
from tests.python.publish.fixtures import active
from tests.python.publish.toy import START, Toy, make

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)  # of the day after the toy's first one: its data are fresh
PATH = "/services/T000/B000/s3cr3t-of-the-hook"


@dataclass
class House:
    """A toy with its settings; `said` is what its console says, `got` what its webhook received."""

    toy: Toy
    config: Settings
    got: Webhook
    said: list[str]

    def land(self, day: int = 0) -> GhalaError | None:
        """Land a day again (0 is the first); the error that stopped it, if one did."""
        on = START.replace(day=START.day + day)
        try:
            land_range(self.config, None, on, on, silent)
        except GhalaError as error:
            return error
        return None

    def settle(self, ending: Ending | None = None, now: datetime = NOON) -> State:
        """Look and tell, as at the end of a run."""
        after = settle(self.config, ending, self.said.append, now)
        assert after is not None, self.said
        return after

    @property
    def open(self) -> State:
        return state.load(self.config.home)


@pytest.fixture
def hook() -> Iterator[Webhook]:
    with webhook() as got:
        yield got


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hook: Webhook) -> Iterator[House]:
    """A house of one day whose file is there, with a webhook."""
    for name in ("GHALA_ALERT_SMTP_URL", "GHALA_ALERT_REMINDER_HOURS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GHALA_ALERT_WEBHOOK_URL", hook.url + PATH)
    toy = make(tmp_path)
    with active(toy) as config:
        config.home.mkdir()
        yield House(toy, config, hook, [])
