"""The queries of the figures on a published version: what they know, bind and refuse."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from benchmarks.reads_questions import cookbook
from consumption import published as newest
from consumption.dashboard import queries
from consumption.dashboard.app import FIRST, SETS
from consumption.dashboard.data import calendar, loader, options
from consumption.dashboard.period import days_of
from orchestration.errors import GhalaError

HOSTILE = ["'; drop table marts.dim_product; --", "<script>alert(1)</script>", "x" * 100_000, "\x00", "١٢٣"]
MOST_ROWS = 1000
PAGES_IN = ("selling", "supplying", "paying", "trust", "running")


@pytest.fixture(scope="module")
def serving(published: Path) -> Path:
    return published / "serving"


def usual(serving: Path, **choices: list[str]) -> dict[str, Any]:
    known = calendar(serving)
    days, run_days = days_of("28", known.last_day), days_of("28", known.last_run_day)
    assert days
    assert run_days
    return queries.filters(days, run_days, choices)


@pytest.mark.parametrize("name", queries.names())
def test_each_query_answers_with_any_filter(serving: Path, name: str) -> None:
    everything = queries.run(serving, name, usual(serving))
    assert len(everything) <= MOST_ROWS or name.startswith("shell_")
    chosen = {kind: list(values[:2]) for kind, values in options(serving).items()}
    filtered = queries.run(serving, name, usual(serving, **chosen))
    assert list(filtered.columns) == list(everything.columns)


# figures that are read from an aggregate, of the facts
OF_FACTS = {
    "payments_hours": """
        select (hour(paid_at) + 3) % 24, avg((result_code = 0)::integer) from marts.fct_payments
        where payment_path = 'stk' and result_code is not null and business_date between $date_from and $date_to
        group by 1 order by 1""",
    "payments_days": """
        select business_date, provider, sum(amount) from marts.fct_payments
        where business_date between $date_from and $date_to group by all order by 1, 2""",
    "payments_kpis": """
        select sum(amount) filter (business_date >= $date_from), sum(fee) filter (business_date >= $date_from),
            count(*) filter (business_date >= $date_from and payment_path = 'stk' and result_code = 0)
            / count(*) filter (business_date >= $date_from and payment_path = 'stk' and result_code is not null),
            count(*) filter (business_date >= $date_from and provider = 'mpesa' and not is_reversal
                and match_status = 'matched')
            / count(*) filter (business_date >= $date_from and provider = 'mpesa' and not is_reversal
                and match_status <> 'failed'),
            sum(amount) filter (match_status = 'suspense')
        from marts.fct_payments where business_date <= $date_to""",
    "payments_failures": """
        select sum(count(*)) over (order by count(*) desc, result_code) from marts.fct_payments
        where payment_path = 'stk' and result_code <> 0 and business_date between $date_from and $date_to
        group by result_code order by count(*) desc""",
}


def test_attempts_to_pay_are_those_of_the_facts(serving: Path) -> None:
    asked = usual(serving)
    days = {name: asked[name] for name in ("date_from", "date_to")}
    cursor = newest.cursor(serving)[1]
    hours = queries.run(serving, "payments_hours", asked)
    assert list(hours.itertuples(index=False, name=None)) == cursor.execute(OF_FACTS["payments_hours"], days).fetchall()
    attempts = queries.run(serving, "payments_failures", asked)["attempts"].cumsum()
    assert list(attempts) == [row[0] for row in cursor.execute(OF_FACTS["payments_failures"], days).fetchall()]


def test_money_received_is_that_of_the_facts(serving: Path) -> None:
    asked = usual(serving)  # it ends with the last day, so that all that waits has been paid
    days = {name: asked[name] for name in ("date_from", "date_to")}
    cursor = newest.cursor(serving)[1]
    paid = queries.run(serving, "payments_days", asked).sort_values(["business_date", "provider"])
    expected = cursor.execute(OF_FACTS["payments_days"], days).df()
    assert paid.values.tolist() == expected.values.tolist()
    names = ["net_received", "fees", "mpesa_success_rate", "payment_match_rate", "suspense_balance"]
    figures = queries.run(serving, "payments_kpis", asked)[names].iloc[0]
    kpis = cursor.execute(OF_FACTS["payments_kpis"], days).fetchall()[0]
    assert list(figures) == pytest.approx([float(value) for value in kpis])
    assert queries.run(serving, "payments_suspense", asked)["amount"].sum() == pytest.approx(float(kpis[-1]))


DELIVERED = """
    select *, calendar_date as delivered_on
    from marts.fct_order_fulfilment inner join marts.dim_date on delivered_date_key = date_key
    where is_delivered = 1 and calendar_date between $date_from and $date_to
        and ($warehouse is null or warehouse_code in $warehouse) and ($channel is null or channel in $channel)"""
FARED = "avg(in_full * on_time), avg(is_perfect)"
HOURS = "quantile_cont(hours_placed_to_delivered, [0.5, 0.9])[{}]::double"


@pytest.mark.parametrize("kinds", [(), ("warehouse",), ("channel",), ("warehouse", "channel")], ids="-".join)
def test_service_is_that_of_the_facts(serving: Path, kinds: tuple[str, ...]) -> None:
    asked = usual(serving, **{kind: list(options(serving)[kind][:1]) for kind in kinds})
    bound = {name: asked[name] for name in ("date_from", "date_to", "warehouse", "channel")}

    def of_facts(columns: str, rest: str = "") -> list[list[Any]]:
        rows = newest.cursor(serving)[1].execute(f"select {columns} from ({DELIVERED}) {rest}", bound).fetchall()
        return [list(row) for row in rows]

    def shown(name: str, *columns: str) -> list[list[Any]]:
        return queries.run(serving, name, asked)[list(columns)].values.tolist()

    orders = f"count(*), {FARED}, avg(in_full), avg(on_time), {HOURS.format(1)}, {HOURS.format(2)}"
    rates = ("delivered_orders", "otif", "perfect_order", "order_fill_rate", "on_time_share")
    times = ("order_cycle_time_p50", "order_cycle_time_p90")
    assert shown("service_kpis", *rates, *times)[0] == pytest.approx(of_facts(orders)[0])
    by_day = of_facts(f"{FARED}, {HOURS.format(1)}, {HOURS.format(2)}", "group by delivered_on order by delivered_on")
    assert len(by_day) > 1
    days = zip(shown("service_days", "otif", "perfect_order"), shown("service_hours", *times), strict=True)
    assert [fared + hours for fared, hours in days] == [pytest.approx(row) for row in by_day]
    worst = of_facts("avg(in_full * on_time) as otif", "group by warehouse_code order by otif")
    assert shown("service_warehouses", "otif") == [pytest.approx(row) for row in worst]
    faults = (
        "case when in_full = 0 then 1 when on_time = 0 then 2 when undamaged = 0 then 3 when docs_ok = 0 then 4 end"
    )
    counts = dict(of_facts(f"{faults} as fault, count(*)", "group by fault"))
    falls = [abs(value) for (value,) in shown("service_waterfall", "orders")]
    assert falls == [sum(counts.values()), *(counts.get(fault, 0) for fault in (1, 2, 3, 4, None))]


LINES_OF_CHOICE = """
    select lines.* from marts.fct_order_lines as lines inner join marts.dim_product using (product_key)
    where business_date between $date_from and $date_to and ($warehouse is null or warehouse_code in $warehouse)
        and ($category is null or category in $category)"""


@pytest.mark.parametrize("kinds", [(), ("warehouse",), ("category",), ("warehouse", "category")], ids="-".join)
def test_orders_and_their_newest_lines_are_those_of_the_facts(serving: Path, kinds: tuple[str, ...]) -> None:
    asked = usual(serving, **{kind: list(options(serving)[kind][:1]) for kind in kinds})
    bound = {name: asked[name] for name in ("date_from", "date_to", "warehouse", "category")}
    cursor = newest.cursor(serving)[1]
    orders = f"select count(distinct order_id) from ({LINES_OF_CHOICE}) where qty > cancelled_qty"
    [expected] = cursor.execute(orders, bound).fetchall()
    assert tuple(queries.run(serving, "sales_kpis", asked)["selling_orders"][:1]) == expected
    lines = f"select order_id, line_no from ({LINES_OF_CHOICE}) order by business_date desc, order_id desc, line_no"
    newest_lines = cursor.execute(f"{lines} limit 1000", bound).fetchall()
    found = queries.run(serving, "sales_rows", asked)[["order_id", "line_no"]]
    assert list(found.itertuples(index=False, name=None)) == newest_lines
    assert newest_lines


def test_results_of_promotions_are_those_of_the_facts(serving: Path) -> None:
    asked = usual(serving)
    facts = next(one.before for one in cookbook() if one.name == "07_promotion_uplift").replace("limit 50", "")
    expected = newest.cursor(serving)[1].execute(facts).df().set_index("promo_code")
    ends = expected["first_day"] + pd.to_timedelta(expected["promoted_days"], "D")
    ran = expected[ends > pd.Timestamp(asked["date_from"])]
    found = queries.run(serving, "promotions_rows", asked).set_index("promo_code")
    assert set(found.index) == set(ran.index)
    assert len(found)
    for column in (
        "promoted_products",
        "unsold_products",
        "units_a_day",
        "units_a_day_before",
        "uplift_pct",
        "discount",
    ):
        assert (found[column] - ran[column]).abs().max() < 0.051, column
    by_category = [
        queries.run(serving, "promotions_rows", usual(serving, category=[one])) for one in options(serving)["category"]
    ]
    assert sum(part["promoted_products"].sum() for part in by_category) == ran["promoted_products"].sum()
    assert len([part for part in by_category if len(part)]) > 1


@pytest.mark.parametrize("name", [name for name in queries.names() if queries.parameters(name) & set(queries.CHOICES)])
def test_hostile_text_is_bound_and_finds_nothing(serving: Path, name: str) -> None:
    choices = dict.fromkeys(queries.CHOICES, HOSTILE)
    assert queries.run(serving, name, usual(serving, **choices)).empty


def test_the_period_before_is_as_long_and_ends_the_day_before(serving: Path) -> None:
    asked = queries.filters((date(2026, 3, 1), date(2026, 3, 28)), (date(2026, 3, 2), date(2026, 3, 2)), {})
    assert asked["before_from"] == date(2026, 2, 1)
    assert asked["run_before"] == date(2026, 3, 1)


def test_every_query_is_on_a_page_and_every_key_figure_in_its_query(serving: Path) -> None:
    pages = "".join((Path(queries.__file__).parent / f"{one}.py").read_text() for one in PAGES_IN)
    assert {name for name in queries.names() if f'"{name}"' not in pages} == {
        "shell_days",
        "shell_freshness",
        "shell_options",
    }
    for name, block in re.findall(r'cards\(\s+"(\w+)",(.*?)\n            \),', pages, re.DOTALL):
        metrics = set(re.findall(r'Kpi\("(\w+)"', block))
        assert metrics
        assert metrics <= set(queries.run(serving, name, usual(serving)).columns), name
    assert SETS["Business"][0].__name__ == FIRST


def test_an_answer_is_kept_for_its_version_and_choice(serving: Path) -> None:
    load = loader(serving, "sales_categories")
    first = load(period="28", warehouse=[])
    assert load(period="28", warehouse=None) is first
    assert load(period="7", warehouse=[]) is not first


@pytest.mark.parametrize(
    ("choice", "sentence"),
    [
        ({"period": "'; --"}, "The period of this link"),
        ({"period": ["28"]}, "The period of this link"),
        ({"warehouse": ["Narnia"]}, "There is no warehouse “Narnia”"),
        ({"warehouse": {"a": [1]}}, "There is no warehouse"),
        ({"category": 7}, "There is no category “7”"),
        ({"channel": HOSTILE}, "There is no channel"),
        ({"period": "2001-01"}, "Nothing in this period"),
    ],
)
def test_a_filter_that_is_unknown_says_so(serving: Path, choice: dict[str, object], sentence: str) -> None:
    found = loader(serving, "sales_kpis")(**choice)
    assert found.empty
    assert sentence in found.attrs["note"]


def test_a_known_value_counts_beside_an_unknown_one(serving: Path) -> None:
    known = options(serving)["warehouse"][0]
    load = loader(serving, "sales_warehouses")
    assert list(load(warehouse=[known, "Narnia"])["warehouse"]) == [known]


def test_a_version_that_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    assert "nothing is published yet" in loader(tmp_path, "sales_kpis")().attrs["note"]
    (tmp_path / "ghala.duckdb").write_bytes(b"half a file")
    assert "cannot be read" in loader(tmp_path, "sales_kpis")().attrs["note"]
    with pytest.raises(GhalaError):
        newest.cursor(tmp_path)


def test_a_query_that_does_not_exist_is_refused() -> None:
    with pytest.raises(KeyError):
        queries.sql("../../secrets")
