"""dbt without some work of which nobody sees the result: an eighth of what the nodes of a build take.

A build of 478 nodes fires 12,500 events, most of them for debugging, and makes a message of each before it looks at the
level (8 % of the time of its nodes); makes a line of each (13 %); and makes two parsers of dates, with all their
calendars, for each of 840 answers of the database (5 %). Private parts of dbt-common 1.x: a test guards them.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from dbt_common.clients import agate_helper
from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager import EventManager
from dbt_common.events.event_manager_client import ctx_set_event_manager

GIVEN, MADE = "_ghala_given", "_ghala_made"  # no field or method of an event may be called so
ANSWERS = 512  # kinds of answers by their text columns; a build has some dozens

_message_of = BaseEvent.__init__
_type_tester = agate_helper.build_type_tester


class ReadEvents(EventManager):
    """Hands on what is at least of level info."""

    def fire_event(
        self,
        e: BaseEvent,
        level: EventLevel | None = None,
        node: Any = None,
        force_warn_or_error_handling: bool = False,
    ) -> None:
        """Drop an event for debugging, unless dbt means to turn it into an error."""
        if force_warn_or_error_handling or (level or e.level_tag()) != EventLevel.DEBUG:
            super().fire_event(e, level, node, force_warn_or_error_handling)


class Message:
    """The message of an event, made when somebody reads it."""

    def __get__(self, event: BaseEvent | None, _: type) -> Any:
        """The message; of the class, this itself."""
        if event is None:
            return self
        if MADE not in event.__dict__:
            positional, named = event.__dict__[GIVEN]
            _message_of(event, *positional, **named)
        return event.__dict__[MADE]

    def __set__(self, event: BaseEvent, message: Any) -> None:
        """Keep what dbt has made."""
        event.__dict__[MADE] = message


def lean() -> None:
    """From now on dbt in this process makes nothing of events for debugging, and one tester for answers of a kind."""
    ctx_set_event_manager(ReadEvents())
    BaseEvent.__init__ = _remember  # type: ignore[method-assign,assignment]
    BaseEvent.pb_msg = Message()
    agate_helper.build_type_tester = _kept_tester


def _remember(event: BaseEvent, *positional: Any, **named: Any) -> None:
    event.__dict__[GIVEN] = (positional, named)


def _kept_tester(text_columns: Iterable[str], string_null_values: Iterable[str] | None = ("null", "")) -> Any:
    nulls = None if string_null_values is None else tuple(string_null_values)
    return _tester(tuple(sorted(text_columns)), nulls)


@lru_cache(maxsize=ANSWERS)
def _tester(text_columns: tuple[str, ...], string_null_values: tuple[str, ...] | None) -> Any:
    return _type_tester(text_columns, string_null_values)
