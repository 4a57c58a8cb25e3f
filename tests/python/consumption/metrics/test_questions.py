"""What a question may say: names that are known, periods, filters; and what it is told when it says something else."""

import functools
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from consumption.metrics import catalogue, explain, query
from consumption.metrics.glossary import example
from consumption.metrics.request import Question, arguments
from consumption.metrics.writer import engine_of
from orchestration import publish_files
from orchestration.config import REPOSITORY, Settings
from orchestration.errors import ConfigError

ByHand = Callable[[str], list[tuple[Any, ...]]]
HOSTILE = {
    "a second statement": "category = 'Dairy'; drop table marts.dim_product",
    "a closing bracket and a union": "1 = 1) union select 1, 2 from marts.dim_customer --",
    "a subquery": "category in (select email_hmac from marts.dim_customer)",
    "a function that reads files": "category = (read_text('/etc/passwd'))",
    "a table function": "exists (from read_csv('/etc/passwd'))",
    "a template": "category = '{{ 7 * 7 }}'",
    "a template that escapes": "category = '{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}'",
    "a comment that hides the rest": "category = 'Dairy' /*",
    "an ordering": "category = 'Dairy' order by 1",
    "a limit of its own": "category = 'Dairy' limit 1",
    "a setting": "category = current_setting('secret_directory')",
    "a cast that runs": "category = cast(read_text('/etc/passwd') as date)",
    "a column of the facts that is no dimension": "customer_id = 'C1'",
    "a personal column": "email_hmac is not null",
    "another table's column": "marts.dim_customer.customer_id = 'C1'",
    "a number that never ends": "category = repeat('x', 4000000000)",
    "arithmetic": "category || 'x' = 'Dairyx'",
    "a lambda": "list_filter([1], x -> true)",
    "brackets that close early, and a union": "1 = 1) union (select 1",
    "brackets that close early, and a grouping": "1 = 1) group by (category",
    "brackets that close early, and an ordering": "1 = 1) order by (category",
    "brackets in brackets": functools.reduce(
        lambda inner, _: f"not ({inner} or brand = 'b')", range(40), "brand = 'a'"
    ),
    "a book": "category = '" + "x" * 10_000 + "'",
    "nothing but spaces": "   ",
    "half a condition": "category =",
    "a zero byte": "category = 'a\0b",
    "a parameter": "category = $1",
    "a star": "*",
    "half a character": "category = '\ud800'",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_filter_is_refused_before_any_sql_is_written(world: Settings, text: str) -> None:
    with pytest.raises(ConfigError) as refused:
        explain(world, Question(("net_sales",), ("category",), where=text))
    assert refused.value.where == "--where"


def test_a_quote_in_a_filter_stays_a_quote(world: Settings) -> None:
    text = "category = 'x'' or 1 = 1 --'"
    assert query(world, ["net_sales"], ["category"], where=text).rows == []
    assert "'x'' or 1 = 1 --'" in explain(world, Question(("net_sales",), ("category",), where=text))


def test_a_filter_is_what_it_says(world: Settings, by_hand: ByHand) -> None:
    text = (
        "(warehouse in ('WH01', 'WH02') or warehouse = 'WH03') and not category like 'D%' and brand is not null "
        "and channel <> 'till' and metric_time between date '2020-01-01' and date '2030-01-01'"
    )
    found = query(world, ["net_sales"], ["category", "warehouse"], where=text).rows
    sql = """
        select p.category, w.warehouse_code, sum(net_amount_ex_vat)
        from marts.fct_order_lines
        inner join marts.dim_product as p using (product_key)
        inner join marts.dim_warehouse as w using (warehouse_key)
        where left(p.category, 1) <> 'D' and channel <> 'till' and p.brand is not null
        and business_date <= (select max(business_date) from marts.fct_inventory_daily)
        group by all order by all"""
    assert found == by_hand(sql) != []


def test_numbers_compare_as_numbers(world: Settings) -> None:
    assert {row[0] for row in query(world, ["wape"], ["horizon"], where="horizon > 1.5 and horizon <= 3").rows} == {
        2,
        3,
    }


def test_days_are_cut_exactly_also_where_a_week_is_asked(world: Settings, by_hand: ByHand) -> None:
    (last,) = by_hand("select max(business_date) from marts.fct_inventory_daily")[0]
    start = date.fromordinal(last.toordinal() - 9)
    found = query(world, ["net_sales"], grain="week", start=start, end=last).rows
    day = f"business_date between date '{start}' and date '{last}'"
    total = by_hand(f"select sum(net_amount_ex_vat) from marts.fct_order_lines where {day}")
    assert [(sum(row[1] for row in found),)] == total
    assert found == sorted(found)


def test_without_a_last_day_it_is_the_last_one_that_is_over(world: Settings, by_hand: ByHand) -> None:
    sales = "select sum(net_amount_ex_vat) from marts.fct_order_lines"
    visits = "select count(distinct session_id) filter (event_type = 'purchase') / count(distinct session_id)"
    over = "where business_date <= (select max(business_date) from marts.fct_inventory_daily)"
    assert query(world, ["net_sales"]).rows == by_hand(f"{sales} {over}")
    assert query(world, ["conversion"]).rows == by_hand(f"{visits} from marts.fct_web_events {over}")


def test_a_running_total_is_not_cut_at_its_beginning(world: Settings, by_hand: ByHand) -> None:
    (last,) = by_hand("select max(business_date) from marts.fct_inventory_daily")[0]
    whole = query(world, ["suspense_balance"]).rows
    assert query(world, ["suspense_balance"], grain="day", start=last, end=last).rows == [(last, *whole[0])]
    assert query(world, ["suspense_balance"], start=last, end=last).rows == whole
    assert whole[0][0] > Decimal(0)


def test_a_running_total_by_week_or_month_ends_with_the_last_day_asked_for(world: Settings, by_hand: ByHand) -> None:
    waits = "from marts.fct_payments where match_status = 'suspense'"
    (day,) = by_hand(f"select max(business_date) - 1 {waits}")[0]  # a day later more came in
    expected = by_hand(f"select sum(amount) {waits} and business_date <= date '{day}'")[0]
    for grain in ("week", "month", "year"):
        assert query(world, ["suspense_balance"], grain=grain, end=day).rows[-1][1:] == expected, grain


def test_metrics_known_by_day_and_by_month_meet_over_whole_months_only(world: Settings, by_hand: ByHand) -> None:
    whole = (
        "select date_trunc('month', min(business_date))::date, last_day(max(business_date)) from marts.fct_order_lines"
    )
    first, last = by_hand(whole)[0]
    asked = ["net_sales", "dio"]
    for start, end in ((first + timedelta(1), last), (None, last - timedelta(1))):
        with pytest.raises(ConfigError, match="together only over whole months"):
            query(world, asked, grain="month", start=start, end=end)
    both = query(world, asked, grain="month", start=first, end=last).rows
    assert [row[:2] for row in both] == query(world, ["net_sales"], grain="month", start=first, end=last).rows
    assert query(world, ["dio"], grain="month", end=last - timedelta(1)).rows


@pytest.mark.parametrize(
    ("words", "what", "hint"),
    [
        ({"metrics": ["otfi"]}, "there is no metric 'otfi'", "did you mean otif"),
        ({"metrics": ["fill_rate"]}, "there is no metric", "order_fill_rate"),
        ({"metrics": ["net_amount"]}, "there is no metric", "take one of"),  # a helper is no governed metric
        ({"metrics": []}, "no metric was named", "ghala metric list"),
        ({"metrics": ["otif", "otif"]}, "named twice", "once"),
        ({"metrics": ["otif"], "by": ["warehous"]}, "no dimension 'warehous'", "did you mean warehouse"),
        ({"metrics": ["otif"], "by": ["category"]}, "no dimension 'category'", "take one of: "),
        ({"metrics": ["otif"], "by": ["warehouse", "warehouse"]}, "named twice", "once"),
        ({"metrics": ["net_sales", "supplier_otif"], "by": ["channel"]}, "of net_sales, supplier_otif", "take one of"),
        ({"metrics": ["otif"], "grain": "weekly"}, "no grain 'weekly'", "did you mean week"),
        ({"metrics": ["inventory_turns"], "grain": "day"}, "not known by day", "month, quarter, year"),
        ({"metrics": ["suspense_balance", "otif"]}, "asked alone", "by itself"),
        ({"metrics": ["otif"], "limit": 0}, "a limit of 0", "above zero"),
        ({"metrics": ["otif"], "start": date(2026, 2, 1), "end": date(2026, 1, 1)}, "after the last", "in order"),
    ],
)
def test_what_is_not_known_is_refused_with_what_was_meant(
    world: Settings, words: dict[str, object], what: str, hint: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        query(world, **words)  # type: ignore[arg-type]
    assert what in refused.value.what
    assert hint in refused.value.next_step


def test_each_metric_says_who_answers_for_it_and_how_it_adds_up(world: Settings) -> None:
    names = [one.name for one in catalogue(world)]
    assert len(names) == len(set(names)) > 35
    for one in catalogue(world):
        assert one.owner.endswith("-data"), one.name
        assert one.additivity in ("additive", "semi-additive", "non-additive"), one.name
        assert len(one.description) > 40, one.name
        assert all((one.label, one.grain, one.unit, one.formula, one.dimensions, one.grains)), one.name
        short = [dimension.name for dimension in one.dimensions]
        assert len(short) == len(set(short)), one.name
        assert one.name not in ("list", "show", "export"), "a word of the command"


def test_the_dimensions_of_a_metric_are_those_of_metricflow(world: Settings) -> None:
    engine = engine_of(world.home, str(publish_files.current(world.serving)))
    members = {"product", "warehouse", "supplier", "customer", "promotion"}
    for one in catalogue(world):
        known = engine.list_group_bys([one.name])
        names = {found.dunder_name if hasattr(found, "dunder_name") else found.name for found in known}
        times = {found.dunder_name for found in known if str(getattr(found, "type", "")).endswith("TIME")}
        local = {name for name in names - times - members if "__" in name or name == "channel"}
        assert {dimension.qualified for dimension in one.dimensions} == local, one.name


def test_every_example_of_the_glossary_is_answered(world: Settings) -> None:
    for one in catalogue(world):
        words = example(one).split()
        name, by, grain = words[2], words[words.index("--by") + 1], words[words.index("--grain") + 1]
        assert query(world, [name], [by], grain, limit=1).columns == [grain, by, name]


def test_several_metrics_of_several_facts_meet_at_what_they_share(world: Settings) -> None:
    both = query(world, ["net_sales", "supplier_otif"], ["category"], "month").rows
    alone = dict[tuple[object, ...], object](
        (row[:2], row[2]) for row in query(world, ["net_sales"], ["category"], "month").rows
    )
    assert {row[:2]: row[2] for row in both if row[2] is not None} == alone


def test_columns_come_in_the_order_in_which_they_were_asked(world: Settings) -> None:
    metrics, by = ["otif", "order_cycle_time_p90", "gross_sales"], ["warehouse", "channel"]
    one = query(world, metrics, by, "month")
    other = query(world, metrics[::-1], by[::-1], "month")
    assert other.columns == ["month", *by[::-1], *metrics[::-1]]
    turned = {(row[0], row[2], row[1], row[5], row[4], row[3]) for row in other.rows}
    assert turned == set(one.rows)
    assert {row[1][:2] for row in one.rows} == {"WH"}


def test_arguments_name_no_text_of_the_person(world: Settings) -> None:
    known = catalogue(world)
    given = arguments(Question(("otif",), ("warehouse",), where="warehouse = 'WH01'"), known, date(2026, 1, 1))
    assert given["where_constraints"][0] == "({{ Dimension('warehouse__warehouse_code') }} = 'WH01')"


def test_without_metricflow_the_catalogue_stays_and_a_question_says_what_to_install(world: Settings) -> None:
    code = (
        "import sys; sys.modules['metricflow'] = None\n"
        "from orchestration.config import settings\nfrom orchestration.errors import GhalaError\n"
        "from consumption.metrics import catalogue, query\n"
        "print(len(catalogue(settings())) > 30)\n"
        "try: query(settings(), ['otif'])\nexcept GhalaError as error: print(error.next_step)"
    )
    environment = {**os.environ, "GHALA_HOME": str(world.home)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == ["True", "install it: make ui"], done.stderr[-2000:]
