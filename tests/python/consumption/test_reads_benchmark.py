"""The reading benchmark: its bookkeeping, its copies, and that the layout before gives the same answers."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from benchmarks import reads_duckdb, reads_report
from benchmarks.reads_clients import Layout, Rows, Times, many_clients, one_client, percentile
from benchmarks.reads_postgres import translated
from benchmarks.reads_questions import Question, columns_read, cookbook, qualified
from benchmarks.reads_worlds import columns_of, ten_fold, without_layout
from orchestration.publish_files import LINK

QUESTIONS = cookbook()
STAR = """
create schema marts;
create table marts.fct_web_events as
    select 's' || number as session_id, date '2026-01-30' + (number % 4)::integer as business_date, number as unread
    from range(8) as numbers(number);
insert into marts.fct_web_events values ('late', null, 1);
create table marts.agg_stock_position as select 'a' as sku, date '2026-02-03' as business_date;
create table marts.dim_product as select 'a' as sku, 'Beans' as product_name;
"""
TEXT = (
    "select sku, count(distinct session_id) from marts.fct_web_events cross join marts.dim_product"
    " where business_date > (select max(business_date) from marts.agg_stock_position) group by sku"
)


@pytest.fixture
def star(tmp_path: Path) -> Path:
    file = tmp_path / "star.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute(STAR)
    return file


def test_before_and_now_are_the_same_fifteen_questions(published: Path, tmp_path: Path) -> None:
    star = (published / "serving" / LINK).resolve()
    assert len(QUESTIONS) == 15
    with reads_duckdb.opened(star, tmp_path) as connection:
        now = reads_duckdb.layout(connection, QUESTIONS)
        before = reads_duckdb.layout(connection, QUESTIONS, before=True)
        assert now.names == before.names == {one.name for one in QUESTIONS}
        ask, ask_before = now.client(), before.client()
        for one in QUESTIONS:
            assert "agg_" not in one.before
            found, right = ask(one.name), ask_before(one.name)
            assert reads_report.agree(found, right), (one.name, reads_report.difference(found, right))
        assert reads_duckdb.scanned(connection, QUESTIONS[0]) > 0


def test_a_question_whose_table_is_missing_is_not_asked(star: Path, tmp_path: Path) -> None:
    there, missing = Question("there", TEXT, TEXT), Question("missing", "select 1 from ops.run", "")
    with reads_duckdb.opened(star, tmp_path) as connection:
        assert reads_duckdb.layout(connection, [there, missing]).names == {"there"}


def test_the_copies_hold_what_is_read_ten_times_by_day(star: Path, tmp_path: Path) -> None:
    columns = columns_read([TEXT], columns_of(star))
    assert columns["marts.fct_web_events"] == ["session_id", "business_date"]
    ten, before = tmp_path / "ten.duckdb", tmp_path / "before.duckdb"
    ten_fold(star, ten, columns)
    without_layout(star, before, columns)
    with duckdb.connect(str(ten)) as connection:
        days = [row[0] for row in connection.execute("select business_date from marts.fct_web_events").fetchall()]
        assert len(days) == 90
        assert days == sorted(days, key=lambda day: day or date.max)
        counted = connection.execute("select count(distinct session_id) from marts.fct_web_events").fetchall()
        assert counted == [(90,)]
        assert connection.execute("select count(*) from marts.dim_product").fetchall() == [(1,)]
    with duckdb.connect(str(before)) as connection:
        tables = {row[0] for row in connection.execute("select table_name from duckdb_tables()").fetchall()}
        assert tables == {"fct_web_events", "dim_product"}


def test_tables_are_named_with_their_schema() -> None:
    text = "from agg_suspense as a inner join dim_product as p on a.dim_x = p.fct_y"
    assert qualified(text) == "from marts.agg_suspense as a inner join marts.dim_product as p on a.dim_x = p.fct_y"


def test_postgresql_is_asked_in_its_words() -> None:
    assert translated("paid_at + interval 3 hour") == "paid_at + interval '3 hour'"
    assert translated("order by a desc, b desc nulls last") == "order by a desc nulls last, b desc nulls last"
    assert translated("cost::double * qty") == "cost::double precision * qty"


def test_percentiles_are_values_that_were_measured() -> None:
    assert percentile(range(1, 21), 0.95) == 19
    assert percentile(range(1, 21), 0.5) == 10
    assert percentile([7.0], 0.95) == 7


def test_answers_agree_up_to_a_unit_and_in_order() -> None:
    rows: Rows = [("a", 1.0, None), ("b", 2.0, date(2026, 1, 1))]
    assert reads_report.agree(rows, [("a", 1.0 + 1e-12, None), rows[1]])
    assert not reads_report.agree(rows, rows[::-1])
    assert not reads_report.agree(rows, rows[:1])
    assert not reads_report.agree(rows, [("a", 1.1, None), rows[1]])
    assert reads_report.agree(rows, [("a", 1.1, None), rows[1]], unit=0.11)
    assert reads_report.difference(rows, [rows[0], ("b", None, rows[1][2])]) == (rows[1], ("b", None, rows[1][2]))


def test_each_layout_is_asked_in_turns_and_by_many_at_once() -> None:
    asked: list[str] = []

    def answering(kind: str, *names: str) -> Layout:
        return Layout(frozenset(names), lambda: lambda name: asked.append(f"{kind}:{name}") or [], lambda: 0.0)

    layouts = {"after": answering("after", "a", "b"), "before": answering("before", "a")}
    found = one_client(layouts, ["a", "b"], repeat=2, seconds=10)
    assert asked == ["after:a", "before:a"] * 3 + ["after:b"] * 3
    assert found["a"]["before"].asked == found["b"]["after"].asked == 2
    assert "before" not in found["b"]
    many = many_clients(layouts["after"], ["a", "b", "c"], clients=4, rounds=3)
    assert (many["a"].asked, many["all"].asked) == (12, 24)


def test_a_layout_that_has_had_its_time_is_left_out() -> None:
    slow = Layout(frozenset("a"), lambda: lambda name: [], lambda: 0.0)
    assert one_client({"after": slow}, ["a"], repeat=9, seconds=0)["a"]["after"].asked == 2


def of(p95: float, cpu: float = 10) -> Times:
    return Times(p95, p95, cpu, 20)


def test_each_limit_is_judged() -> None:
    good = {"after": of(20), "before": of(90, 100), "10x": of(39)}
    assert not reads_report.broken({"q": good}, {"after": {"q": of(900)}}, reads_report.LARGE)
    for worse, many in (
        ({"after": of(101)}, 900),
        ({"before": of(90, 20)}, 900),
        ({"10x": of(41)}, 900),
        ({}, 1001),
    ):
        said = reads_report.broken({"q": good | worse}, {"after": {"q": of(many)}}, reads_report.LARGE)
        assert len(said) == 1, (worse, said)
    assert not reads_report.broken({"q": good | {"10x": of(41)}}, {"after": {"q": of(1)}}, reads_report.LARGE - 1)
    assert reads_report.growth({"after": of(1), "10x": of(4)}) == 1


def test_the_table_shows_what_was_measured() -> None:
    times = {"after": of(20), "before": of(90, 100), "10x": of(39)}
    text = reads_report.table({"q": times}, {"after": {"q": of(900), "all": of(901)}}, {"q": (1000, 50)})
    row = "| q | 1,000 / 50 | 90 / 90 (100) | 20 / 20 (10) | 39 / 39 (10) | 90% | 1.9 | 900 / 900 |"
    assert row in text.splitlines()
