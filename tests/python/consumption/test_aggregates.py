"""The aggregates say what the facts that they are made of say, added up in another way."""

from pathlib import Path

import pytest

from orchestration import serving

MONEY = "sum(net_amount_ex_vat), sum(cogs_amount), sum(discount_amount)"
LAST = "(select max(business_date) from fct_inventory_daily)"
# aggregate, the same figures of the facts
PAIRS = {
    "sales by day": (
        f"select warehouse_code, sum(line_count), sum(sold_qty), {MONEY} from agg_sales_daily group by 1",
        f"select warehouse_code, count(*), sum(qty - cancelled_qty), {MONEY} from fct_order_lines group by 1",
    ),
    "sales by month": (
        f"select month(sales_month), sum(line_count), {MONEY} from agg_sales_monthly group by 1",
        f"select month(business_date), count(*), {MONEY} from fct_order_lines group by 1",
    ),
    "category as sold": (
        "select category, sum(net_amount_ex_vat) from agg_sales_daily group by 1",
        "select category, sum(net_amount_ex_vat) from agg_sales_monthly"
        " join dim_product using (product_key) group by 1",
    ),
    "products": (
        "select sum(sold_qty), sum(net_amount_ex_vat), sum(freight_amount), sum(refund_amount) from agg_product_daily",
        f"select (select sum(qty - cancelled_qty) from fct_order_lines where business_date <= {LAST}),"
        f" (select sum(net_amount_ex_vat) from fct_order_lines where business_date <= {LAST}),"
        f" (select sum(freight_amount) from fct_shipments where business_date <= {LAST}),"
        f" (select sum(refund_amount) from fct_returns where business_date <= {LAST})",
    ),
    "stock": (
        "select warehouse_code, count(*), sum(closing_value), sum(shipped_qty_28_days)"
        " from agg_stock_position group by 1",
        "select warehouse_code, count(*) filter (business_date = closed),"
        " sum(closing_value) filter (business_date = closed),"
        f" sum(-shipped_qty) filter (business_date > closed - 28) from (select *, {LAST} as closed from"
        " fct_inventory_daily) group by 1",
    ),
    "last shipment": (
        "select sku, warehouse_code, last_shipped_date from agg_stock_position where last_shipped_date is not null",
        "select sku, warehouse_code, max(business_date) from fct_inventory_daily where shipped_qty < 0 group by all",
    ),
    "forecasts": (
        "select forecast_model, sum(forecast_count), sum(actual_qty), sum(abs_error)"
        " from agg_forecast_error group by 1",
        "select forecast_model, count(*), sum(actual_qty), sum(abs(forecast_qty - actual_qty))"
        " from fct_demand_forecasts where actual_qty is not null group by 1",
    ),
    "suspense": (
        "select sum(amount) from agg_suspense",
        "select sum(amount) from fct_payments where provider = 'mpesa' and match_status = 'suspense'",
    ),
    "searches without result": (
        "select sum(event_count) from agg_unmet_demand where kind = 'search'",
        "select count(*) from fct_web_events where event_type = 'search' and results_count = 0",
    ),
    "promotions": (
        "select promo_code, promoted_product_count from agg_promotion_results",
        "select promo_code, count(distinct sku) from fct_promotion_coverage"
        f" where cast(valid_from + interval 3 hour as date) <= {LAST} group by 1",
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_an_aggregate_adds_up_to_its_facts(published: Path, name: str) -> None:
    aggregate, facts = (serving.ask(published / "serving", sql)[1] for sql in PAIRS[name])
    assert aggregate
    assert any(value for row in aggregate for value in row)
    assert sorted(aggregate) == sorted(facts)


def test_facts_are_stored_in_the_order_of_their_days(published: Path) -> None:
    sql = "select business_date < lag(business_date) over (order by rowid) as back from marts.fct_order_lines"
    (moved,) = serving.ask(published / "serving", f"select count(*) filter (back), count(*) from ({sql})")[1]
    assert moved[0] * 100 < moved[1]  # a day's changes are appended: few steps back
