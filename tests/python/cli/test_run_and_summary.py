"""What the main job decides, and what it tells: pure functions and the tables of its summary."""

import io

import pytest
from rich.console import Console
from rich.padding import Padding

from orchestration.cli.terminal import PlainLog
from orchestration.errors import ConfigError
from orchestration.make_run import simulated, steps
from orchestration.ops.freshness import freshness
from orchestration.progress import Tick
from orchestration.run import RunReport, run_tags, span
from orchestration.summary import Source, first_queries
from orchestration.summary_view import sources_table
from tests.python.publish.fixtures import active
from tests.python.publish.toy import START, Toy

Original = tuple[Toy, RunReport]


def test_sources_are_simulated_only_where_nobody_gave_any() -> None:
    ours = {"GHALA_ERP_DSN": "postgresql://simulated", "GHALA_WMS_DIR": "/sources/wms"}
    theirs = {"GHALA_ERP_DSN": "postgresql://erp"}
    assert simulated({}, {}, None)
    assert not simulated({}, theirs, None)
    assert not simulated({}, {"GHALA_SHOP_FILE": "shop.sqlite"}, None)
    assert not simulated(theirs, {}, None)
    assert not simulated(theirs, ours, ours)
    assert simulated({}, ours, ours)
    assert simulated({}, {}, ours)
    assert simulated({}, {**ours, "GHALA_SHOP_DIR": "/one/more/source"}, ours)
    assert not simulated({}, {**ours, **theirs}, ours), "somebody's database would be written over"
    assert steps(True, False) == [["-m", "simulator", "start"], ["-m", "orchestration", "init"]]
    assert ["-m", "simulator", "next-day"] in steps(True, True)
    assert steps(False, True) == [["-m", "orchestration", "init"]]


def test_a_range_is_of_whole_days_and_never_empty() -> None:
    assert span(START, START) == [START]
    with pytest.raises(ConfigError):
        span(START, START.replace(month=2))
    days = span(START, START.replace(day=3))
    assert run_tags(days) == {
        "dagster/asset_partition_range_start": "2026-03-01",
        "dagster/asset_partition_range_end": "2026-03-03",
    }
    assert run_tags(days[:1]) == {"dagster/partition": "2026-03-01"}
    assert run_tags([]) == {}


def test_freshness_is_judged_by_the_promise() -> None:
    assert freshness(10, None, None) == ""
    assert [freshness(hours, 24, 48) for hours in (10, 30, 50)] == ["fresh", "late", "stale"]


def test_example_questions_are_read_with_their_sql() -> None:
    text = "-- a comment\n-- question: How many?\nselect 1;\n\n-- question: And now?\nselect\n  2;\n"
    assert first_queries(text) == [("How many?", "select 1"), ("And now?", "select\n  2")]


def test_a_plain_log_tells_what_matters(capsys: pytest.CaptureFixture[str]) -> None:
    log = PlainLog()
    for done in range(1, 101):
        log(Tick("land", done, 100, f"part {done}", "landed", 0.1, quiet=True))
    log(Tick("build", 1, 50, "a_test", "fail", 0.1, quiet=True))
    log(Tick("build", 2, 50, "a_model", None))
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 11
    assert told[-1].startswith("build: 1 of 50 a_test fail")


def test_the_sources_fit_eighty_columns() -> None:
    source = Source("erp.purchase_order_lines", 730, 1_234_567, 12_345_678, 1_234, "2026-11-20", 500, 36, "stale", 2)
    for with_new in (True, False):
        out = Console(width=80, record=True, file=io.StringIO())
        out.print(Padding(sources_table([source], with_new), (0, 0, 0, 2)))
        text = out.export_text()
        assert "…" not in text
        assert "stale 21 d" in text


def test_an_example_project_has_its_own_questions(original: Original) -> None:
    from orchestration.summary import answers  # noqa: PLC0415

    with active(original[0]) as config:
        (answer,) = answers(config)
    assert answer.columns == ["sku", "sales"]
    assert [str(value) for _, value in answer.rows] == ["2.00", "4.00", "3.00"]
