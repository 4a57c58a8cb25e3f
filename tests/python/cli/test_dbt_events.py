"""What dbt says while it works: who hears of it."""

import pytest
from dbt_common.events.base_types import EventLevel
from dbt_common.events.types import Note
from dbt_common.exceptions import EventCompilationError

from orchestration.dbt.events import ReadEvents


def test_events_for_debugging_reach_nobody_and_all_others_do() -> None:
    heard: list[tuple[str, str]] = []
    events = ReadEvents()
    events.add_callback(lambda message: heard.append((message.info.level, message.info.msg)))
    for level in (EventLevel.DEBUG, EventLevel.INFO, EventLevel.WARN, EventLevel.ERROR):
        events.fire_event(Note(msg="a word"), level=level)
    assert heard == [("info", "a word"), ("warn", "a word"), ("error", "a word")]


def test_an_event_that_dbt_means_as_an_error_stops_dbt() -> None:
    events = ReadEvents()
    events.warn_error = True
    with pytest.raises(EventCompilationError):
        events.fire_event(Note(msg="a word"), level=EventLevel.DEBUG, force_warn_or_error_handling=True)
