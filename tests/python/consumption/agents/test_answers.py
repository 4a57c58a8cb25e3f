"""What a worker and the layer above it answer: whole intervals, bounded columns, one version, true reasons."""

import gzip
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from consumption.metrics import kept, where
from consumption.read import metrics, worker, world
from consumption.read.errors import ReadError, Reason
from consumption.read.explain import explained
from consumption.read.guard import LONGEST
from consumption.read.metrics import Question, asked
from consumption.read.personal import How
from consumption.read.pool import Pool
from consumption.read.reader import Reader, query
from consumption.read.world import World, current
from orchestration import state
from orchestration.errors import ConfigError, GhalaError
from tests.python.consumption.agents.conftest import settings_of

GIANT = "select range(2000000000)"
ENDLESS = "select sum(a.range * b.range) from range(4000000) as a cross join range(4000000) as b"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> World:
    file = tmp_path_factory.mktemp("answers") / "ghala-v.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("create schema marts; create schema ops")
        connection.execute("create table marts.t as select 1 a")
        connection.execute("create table ops.mart_freshness as select 't' mart_name, date '2026-03-01' data_as_of")
    tables = {
        "marts.t": {"a": ("integer", How.SERVED)},
        "ops.mart_freshness": {"mart_name": ("varchar", How.SERVED), "data_as_of": ("date", How.SERVED)},
    }
    return World("v", file, {}, (), (), tables)


@pytest.fixture(scope="module")
def view(made: World) -> worker.View:
    return worker.opened(made.for_worker())


@pytest.fixture
def small(made: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    """A reader of the made file, through a worker."""
    with duckdb.connect(str(made.file), read_only=True) as connection:
        monkeypatch.setattr("consumption.read.reader.current", lambda _: (made, connection.cursor()))
        reader = Reader(settings_of(made.file.parent), Pool(workers=1))
        yield reader
        reader.pool.close()


def answered(view: worker.View, sql: str, size: int = 1_000_000) -> dict[str, Any]:
    return worker.answered(view, {"sql": sql, "rows": 5000, "bytes": size, "cell": 200})


@pytest.mark.parametrize(
    ("sql", "row"),
    [
        ("select age(date '2026-03-01', date '2026-01-31') -- a month is no thirty days", ["1 month 1 day"]),
        ("select interval 1 year, 1 as a, 2 as a;", ["1 year", 1, 2]),
        ("select timestamp '2026-01-03 02:00' - timestamp '2026-01-01 00:00'", ["2 days 02:00:00"]),
        ("select -interval '1 month 2 days 00:00:01.5'", ["-1 month -2 days -00:00:01.5"]),
        ("select [interval 1 month], {'a': interval 1 year}", ["[1 month]", "{'a': 1 year}"]),
    ],
)
def test_an_interval_is_told_whole(view: worker.View, sql: str, row: list[Any]) -> None:
    answer = answered(view, sql)
    assert answer["rows"] == [row]
    assert "INTERVAL" in answer["columns"][0][1]


def test_rows_with_intervals_keep_their_order(view: worker.View) -> None:
    sql = "with t as (select i, to_months(i::int) m from range(3000) t(i)) select {} from t order by hash(i)"
    assert [row[0] for row in answered(view, sql.format("i, m"))["rows"]] == [
        row[0] for row in answered(view, sql.format("i"))["rows"]
    ]


def test_columns_count_as_much_as_rows(view: worker.View) -> None:
    many = "select " + ", ".join("*" for _ in range(200)) + " from t limit 0"
    assert len(answered(view, many)["columns"]) == 200
    with pytest.raises(ReadError, match="200 columns") as told:
        answered(view, many, size=2000)
    assert told.value.reason is Reason.TOO_MUCH


def test_memory_is_the_reason_only_where_it_is() -> None:
    for said in (
        "Conversion Error: Could not convert string 'out of memory' to INT32",
        "Binder Error: Referenced column \"x\" not found in FROM clause!\n\nLINE 1: select x, 'out of memory' from t",
    ):
        assert explained(said, {}).reason is Reason.REFUSED
    for said in ("Out of Memory Error: Allocation failure", "Out of Memory Error: Failed to allocate block"):
        assert explained(said, {}).reason is Reason.TOO_MUCH


def test_what_a_giant_query_took_goes_with_its_process(small: Reader) -> None:
    before = _process(small)
    with pytest.raises(ReadError) as giant:
        query(small, GIANT)
    assert giant.value.reason is Reason.TOO_MUCH
    assert query(small, "select a from t")["rows"] == [[1]]
    assert _process(small) != before
    for sql in ("select nothing", "select 1 as a"):
        same = _process(small)
        with suppress(ReadError):
            query(small, sql)
        assert _process(small) == same


def _process(reader: Reader) -> int:
    worker = reader.pool._idle.queue[-1]
    assert worker
    return worker._process.pid


def test_of_many_at_once_one_makes_what_all_need(made: World, monkeypatch: pytest.MonkeyPatch) -> None:
    times: list[str] = []

    def slowly(_: Any, version: str, __: Any) -> World:
        times.append(version)
        time.sleep(0.2)
        return made

    monkeypatch.setattr(world, "_made", slowly)
    monkeypatch.setattr(world, "_worlds", {})
    with duckdb.connect() as connection:
        monkeypatch.setattr("consumption.published.cursor", lambda _: ("v", connection))
        config = settings_of(made.file.parent)
        threads = [threading.Thread(target=current, args=(config,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert times == ["v"]


def test_a_worker_that_the_kernel_ends_was_not_too_slow(small: Reader) -> None:
    killer = threading.Timer(0.5, os.kill, (_process(small), signal.SIGKILL))
    killer.start()
    with pytest.raises(ReadError, match=r"brought its process down \(memory"):
        query(small, ENDLESS)
    killer.join()


DAMAGED = [b"", b"no gzip", b"\x1f\x8b\x08\0\0\0\0\0\0\3half", gzip.compress(b"{half")]


@pytest.mark.parametrize("content", DAMAGED)
def test_a_version_whose_metrics_are_damaged_says_so(tmp_path: Path, content: bytes) -> None:
    file = state.semantic_file_of(tmp_path, "v")
    file.parent.mkdir()
    file.write_bytes(content)
    with pytest.raises(GhalaError, match=r"semantic-v\.json\.gz cannot be read") as told:
        kept.of_version(tmp_path, "v")
    assert told.value.where == str(file) and "ghala publish" in told.value.next_step


@pytest.mark.parametrize("content", DAMAGED)
def test_a_version_whose_manifest_is_damaged_is_not_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    file = state.file_of(tmp_path, "v")
    file.parent.mkdir()
    file.write_bytes(content)
    with duckdb.connect() as connection:
        monkeypatch.setattr("consumption.published.cursor", lambda _: ("v", connection))
        with pytest.raises(ReadError, match="which of its columns are personal") as told:
            current(settings_of(tmp_path))
    assert told.value.reason is Reason.BROKEN and told.value.where == str(file)


def test_a_filter_without_end_is_refused() -> None:
    with pytest.raises(ReadError) as told:
        metrics._told(lambda: where.render("a = 1" + "+1" * 600, str))
    assert told.value.reason is Reason.REFUSED


def test_options_of_the_command_have_their_names_here() -> None:
    def wrong() -> None:
        raise ConfigError("the first day is after the last", "--from, --to", "let --from be before --to")

    with pytest.raises(ReadError) as told:
        metrics._told(wrong)
    assert (told.value.where, told.value.next_step) == ("start, end", "let start be before end")


def test_too_many_metrics_at_once_are_told_to_be(small: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "_written", lambda *_: ("select 1 as a" + " " * LONGEST, ["a"]))
    with pytest.raises(ReadError, match="3 metrics by 1 dimensions") as told:
        asked(small, Question(("a", "b", "c"), ("d",)), 10)
    assert (told.value.where, told.value.next_step) == ("the metrics", "ask for fewer at a time")


def test_of_many_questions_at_once_one_is_written(small: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    writing: list[int] = []

    def explain(*_: Any) -> str:
        writing.append(1)
        time.sleep(0.05)
        most.append(len(writing))
        writing.pop()
        return "select 1 as a"

    most: list[int] = []
    monkeypatch.setattr("consumption.metrics.explain", explain)
    monkeypatch.setattr(metrics, "_columns", lambda *_: ["a"])
    threads = [threading.Thread(target=metrics._written, args=(small, Question(("a",)))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 6


def test_a_metric_is_of_the_version_that_it_names(small: Reader, made: World, monkeypatch: pytest.MonkeyPatch) -> None:
    new = World("w", made.file, {}, (), (), made.tables)
    published = [made]

    def written(*_: Any) -> tuple[str, list[str]]:
        told = f"select '{published[-1].version}' as a"
        published.append(new)  # while MetricFlow writes
        return told, ["a"]

    with duckdb.connect(str(made.file), read_only=True) as connection:
        monkeypatch.setattr("consumption.read.reader.current", lambda _: (published[-1], connection.cursor()))
        monkeypatch.setattr(metrics, "_written", written)
        answer = asked(small, Question(("a",), start=date(2026, 1, 1)), 10)
    assert (answer["version"], answer["rows"]) == ("w", [["w"]])
