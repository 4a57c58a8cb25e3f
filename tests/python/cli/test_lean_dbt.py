"""What dbt does not do in Ghala: messages that nobody reads, and the same tester, code and list of names anew."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from dbt.artifacts.schemas import base as artifacts
from dbt.clients.jinja import MacroStack
from dbt.context.base import BaseContext
from dbt.context.macros import MacroNamespace
from dbt.context.manifest import ManifestContext
from dbt_common.clients import agate_helper, jinja
from dbt_common.clients.system import write_json
from dbt_common.events.base_types import EventLevel
from dbt_common.events.types import Note
from dbt_common.exceptions import CompilationError, EventCompilationError

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


def test_a_template_is_compiled_once_and_gives_what_dbt_makes_of_it() -> None:
    texts = ["{{ 1 + 1 }} {% set x = [2] %}{{ x }}", "{{ [1, 'a'] }}", "{{ what_nobody_has }}", "plain"]

    def render(text: str, is_native: bool) -> Any:
        return jinja.render_template(jinja.get_template(text, {}, native=is_native), {})

    lean()
    dbt_in_ghala._code.cache_clear()
    mine = [render(text, is_native) for _ in range(2) for text in texts for is_native in (False, True)]
    assert dbt_in_ghala._code.cache_info()[:2] == (8, 8)
    with pytest.raises(CompilationError, match="unexpected 'end of template'"):
        jinja.get_template("{% if x %", {})
    for kind in (jinja.MacroFuzzEnvironment, jinja.NativeSandboxEnvironment):
        del kind.compile
    assert mine == [render(text, is_native) for _ in range(2) for text in texts for is_native in (False, True)]
    lean()


def test_a_macro_of_the_project_comes_before_one_of_dbt_as_in_dbt() -> None:
    context = ManifestContext.__new__(ManifestContext)
    BaseContext.__init__(context, {})
    context.config, context.target_dict, context.macro_stack = Mock(), {}, MacroStack()
    local, root, package, dbt = ({"mine": 1}, {"mine": 2, "ours": 2}, {"audit": {"mine": 3}}, {"mine": 4, "dbts": 4})
    context.namespace = MacroNamespace(root, local, dbt, package)  # type: ignore[arg-type]
    lean()
    mine = dict(context.to_dict())
    assert (mine["mine"], mine["ours"], mine["audit"], mine["dbts"], mine["dbt"]) == (1, 2, {"mine": 3}, 4, dbt)
    assert mine.keys() == dict(dbt_in_ghala._context_of(context)).keys()


def test_what_dbt_writes_is_what_it_would_write(tmp_path: Path) -> None:
    data: dict[str, Any] = {"at": datetime(2026, 1, 5, 7), "sum": Decimal("1.5"), "text": "ü", "list": [None, True]}
    lean()
    assert artifacts.write_json(str(tmp_path / "new" / "mine.json"), data)
    write_json(str(tmp_path / "theirs.json"), data)
    assert (tmp_path / "new" / "mine.json").read_text() == (tmp_path / "theirs.json").read_text()
