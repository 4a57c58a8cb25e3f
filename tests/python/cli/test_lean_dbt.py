"""What dbt does not do in Ghala: messages that nobody reads, and the same tester of types for each answer anew."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from dbt_common.clients import agate_helper
from dbt_common.events.base_types import EventLevel
from dbt_common.events.types import Note
from dbt_common.exceptions import EventCompilationError

from orchestration.dbt import lean as dbt_in_ghala
from orchestration.dbt.lean import ReadEvents, lean


def test_events_for_debugging_reach_nobody_and_all_others_do() -> None:
    heard: list[tuple[str, str]] = []
    events = ReadEvents()
    events.add_callback(lambda message: heard.append((message.info.level, message.info.msg)))
    for level in (EventLevel.DEBUG, EventLevel.INFO, EventLevel.WARN, EventLevel.ERROR):
        events.fire_event(Note(msg="a word"), level=level)
    assert heard == [("info", "a word"), ("warn", "a word"), ("error", "a word")]


def test_an_event_that_dbt_means_as_an_error_stops_dbt() -> None:
    lean()
    events = ReadEvents()
    events.warn_error = True
    with pytest.raises(EventCompilationError, match="a word"):
        events.fire_event(Note(msg="a word"), level=EventLevel.DEBUG, force_warn_or_error_handling=True)


def test_the_message_of_an_event_is_made_when_it_is_read_and_is_the_one_of_dbt() -> None:
    lean()
    lazy = Note(msg="a word")
    assert set(lazy.__dict__) == {dbt_in_ghala.GIVEN}
    eager = Note.__new__(Note)
    dbt_in_ghala._message_of(eager, msg="a word")
    assert (lazy.msg, lazy.to_dict()) == ("a word", eager.to_dict())
    lazy.msg = "another"
    assert lazy.to_dict() == {"msg": "another"}
    with pytest.raises(Exception, match="Unable to parse"):
        Note(no_such_field=1).to_dict()


def test_answers_of_a_kind_share_a_tester_and_are_read_as_dbt_reads_them() -> None:
    answers: list[list[dict[str, Any]]] = [
        [{"name": "005", "number": 5, "day": date(2026, 1, 5), "at": datetime(2026, 1, 5, 7), "sum": Decimal("1.50")}],
        [{"name": "null", "number": 0, "day": None, "at": None, "sum": None}],
        [{"name": None, "number": None, "day": None, "at": None, "sum": None}],
        [],
    ]

    def read(rows: list[dict[str, Any]]) -> list[Any]:
        table = agate_helper.table_from_data_flat(rows, ["name", "number", "day", "at", "sum"])
        return [[type(kind).__name__ for kind in table.column_types], [tuple(row) for row in table.rows]]

    lean()
    dbt_in_ghala._tester.cache_clear()
    mine = [read(rows) for rows in [*answers, *answers]]
    assert dbt_in_ghala._tester.cache_info().currsize == 2  # with and without a text
    agate_helper.build_type_tester = dbt_in_ghala._type_tester
    assert mine == [read(rows) for rows in [*answers, *answers]]
    lean()
