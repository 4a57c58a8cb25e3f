"""dbt without some work of which nobody sees the result: a fifth of what a build takes.

A build of 478 nodes fires 12,500 events, most of them for debugging, and makes a message of each before it looks at the
level (8 % of the time of its nodes); makes a line of each (13 %); and makes two parsers of dates, with all their
calendars, for each of 840 answers of the database (5 %). It compiles each template as often as it is rendered (14 %),
asks five dictionaries for each of 630 macros, 1,300 times (5 %), and writes its manifest, twice, with the slow encoder
of Python (3 %). Private parts of dbt 1.11 and dbt-common 1.x: a test guards them.
"""

import json
from collections.abc import Iterable
from functools import lru_cache
from types import CodeType
from typing import Any

from dbt.artifacts.schemas import base as artifacts
from dbt.context.configured import ConfiguredContext
from dbt.context.macros import MacroNamespace
from dbt.context.manifest import ManifestContext
from dbt_common.clients import agate_helper
from dbt_common.clients.jinja import MacroFuzzEnvironment, NativeSandboxEnvironment, get_environment
from dbt_common.clients.system import write_file
from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager import EventManager
from dbt_common.events.event_manager_client import ctx_set_event_manager
from dbt_common.utils.encoding import JSONEncoder
from jinja2 import Environment

GIVEN, MADE = "_ghala_given", "_ghala_made"  # no field or method of an event may be called so
ANSWERS = 512  # kinds of answers by their text columns; a build has some dozens
TEMPLATES = 4_096  # a first run, with its parse, compiles 3,800, of 0.5 kB of text each

_message_of = BaseEvent.__init__
_type_tester = agate_helper.build_type_tester
_code_of = Environment.compile
_context_of = ManifestContext.to_dict


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
    """From now on dbt in this process does none of this."""
    ctx_set_event_manager(ReadEvents())
    BaseEvent.__init__ = _remember  # type: ignore[method-assign,assignment]
    BaseEvent.pb_msg = Message()
    agate_helper.build_type_tester = _kept_tester
    for kind in (MacroFuzzEnvironment, NativeSandboxEnvironment):
        kind.compile = _kept_code  # type: ignore[method-assign,assignment]
    ManifestContext.to_dict = _context  # type: ignore[method-assign]
    artifacts.write_json = _write_json  # type: ignore[attr-defined]


def _remember(event: BaseEvent, *positional: Any, **named: Any) -> None:
    event.__dict__[GIVEN] = (positional, named)


def _kept_tester(text_columns: Iterable[str], string_null_values: Iterable[str] | None = ("null", "")) -> Any:
    nulls = None if string_null_values is None else tuple(string_null_values)
    return _tester(tuple(sorted(text_columns)), nulls)


@lru_cache(maxsize=ANSWERS)
def _tester(text_columns: tuple[str, ...], string_null_values: tuple[str, ...] | None) -> Any:
    return _type_tester(text_columns, string_null_values)


def _kept_code(environment: Environment, source: Any, *place: Any) -> Any:
    if place or not isinstance(source, str):
        return _code_of(environment, source, *place)
    return _code(source, isinstance(environment, NativeSandboxEnvironment))


@lru_cache(maxsize=TEMPLATES)
def _code(source: str, is_native: bool) -> CodeType:
    """The code of a template: what else an environment of dbt has (who is blamed for a missing name) comes later."""
    code: CodeType = _code_of(get_environment(native=is_native), source)
    return code


def _context(context: ManifestContext) -> Any:
    """The names that a template can use, the macros of the package that is asked first on top."""
    if not isinstance(context.namespace, MacroNamespace):
        return _context_of(context)
    names = ConfiguredContext.to_dict(context)
    for macros in reversed(tuple(context.namespace._search_order())):
        names.update(macros)
    return names


def _write_json(path: str, data: dict[str, Any]) -> bool:
    return bool(write_file(path, json.dumps(data, cls=JSONEncoder)))
