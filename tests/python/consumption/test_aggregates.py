"""The aggregates say what the facts that they are made of say, added up in another way."""

from pathlib import Path

import pytest

from orchestration import serving

MONEY = "sum(net_amount_ex_vat), sum(cogs_amount), sum(discount_amount)"
LAST = "(select max(business_date) from fct_inventory_daily)"
# The category of a fact as it was when it was created, found by the product's own days instead of its key.
CATEGORY = "coalesce(category, 'Late arriving')"
AS_ORDERED = (
    "left join dim_product as product on product.sku = fact.sku"
    " and created_at >= product.valid_from and created_at < product.valid_to"
)
# aggregate, the same figures of the facts
PAIRS = {
    "sales by day": (
        f"select warehouse_code, sum(line_count), sum(sold_qty), {MONEY} from agg_sales_daily group by 1",
        f"select warehouse_code, count(*), sum(qty - cancelled_qty), {MONEY} from fct_order_lines group by 1",
    ),
    "sales on promotion": (
        f"select is_promoted, sum(line_count), {MONEY} from agg_sales_daily group by 1",
        f"select coalesce(promo_code <> '0', false), count(*), {MONEY} from fct_order_lines group by 1",
    ),
    "sales of a promotion": (
        f"select promo_code, business_date, warehouse_code, sum(line_count), {MONEY} from agg_sales_daily"
        " where is_promoted group by all",
        f"select promo_code, business_date, warehouse_code, count(*), {MONEY} from fct_order_lines"
        " where promo_code in (select promo_code from dim_promotion where promotion_key > 0) group by all",
    ),
    "sales by month": (
        f"select month(sales_month), sum(line_count), {MONEY} from agg_sales_monthly group by 1",
        f"select month(business_date), count(*), {MONEY} from fct_order_lines group by 1",
    ),
    "category as sold": (
        "select category, sum(net_amount_ex_vat) from agg_sales_daily group by 1",
        "select category, sum(net_amount_ex_vat) from agg_sales_monthly group by 1",
    ),
    "category of today": (
        "select category_today, sum(net_amount_ex_vat) from agg_sales_monthly group by 1",
        "select products.category, sum(net_amount_ex_vat) from fct_order_lines join dim_product as products"
        " using (sku) where is_current group by 1",
    ),
    "products": (
        "select sum(sold_qty), sum(net_amount_ex_vat), sum(freight_amount), sum(refund_amount) from agg_product_daily",
        f"select (select sum(qty - cancelled_qty) from fct_order_lines where business_date <= {LAST}),"
        f" (select sum(net_amount_ex_vat) from fct_order_lines where business_date <= {LAST}),"
        f" (select sum(freight_amount) from fct_shipments where business_date <= {LAST}),"
        f" (select sum(refund_amount) from fct_returns where business_date <= {LAST})",
    ),
    "versions of a product": (
        "select sku, category, business_date, sum(line_count), sum(sold_qty), sum(returned_qty),"
        " sum(net_amount_ex_vat), sum(freight_amount) from agg_product_daily join dim_product using (product_key, sku)"
        " group by all",
        "with fact as (select sku, business_date, placed_at as created_at, qty - cancelled_qty as sold, 0 as returned,"
        " net_amount_ex_vat as net, 0 as freight, 1 as line from fct_order_lines union all"
        " select sku, business_date, shipped_at, 0, 0, 0, freight_amount, 0 from fct_shipments union all"
        " select sku, business_date, returned_at, 0, returned_qty, 0, 0, 0 from fct_returns)"
        " select fact.sku, category, business_date, sum(line), sum(sold), sum(returned), sum(net), sum(freight)"
        f" from fact {AS_ORDERED} where product_key is not null and business_date <= {LAST} group by all",
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
        "select forecast_model, sum(forecast_count), sum(actual_qty), sum(abs_error),"
        " round(sum(relative_abs_error) / sum(demanded_forecast_count), 9) from agg_forecast_error group by 1",
        "select forecast_model, count(*), sum(actual_qty), sum(abs(forecast_qty - actual_qty)),"
        " round(avg(abs(forecast_qty - actual_qty)::double / nullif(actual_qty, 0)), 9)"
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
    "visits that looked in vain": (
        "select kind, wanted, sum(event_count), sum(session_count) from agg_unmet_demand group by all",
        "with empty as (select sku, business_date from fct_inventory_daily where is_assorted group by all"
        " having min(is_stockout::integer) = 1)"
        " select 'view', sku, count(*), count(distinct session_id) from fct_web_events join empty"
        " using (sku, business_date) where event_type = 'view_item' group by all"
        " union all select 'search', lower(trim(search_query)), count(*), count(distinct session_id)"
        " from fct_web_events where event_type = 'search' and results_count = 0 group by all",
    ),
    "suppliers": (
        "select supplier_code, sum(due_line_count), sum(otif_line_count), sum(received_qty), sum(rejected_qty),"
        " round(sum(lead_days) / sum(lead_line_count), 6), round(sqrt((sum(lead_days_squared)"
        " - sum(lead_days) ** 2 / sum(lead_line_count)) / (sum(lead_line_count) - 1)), 6)"
        " from agg_supplier_daily group by 1 having sum(lead_line_count) > 1",
        "select supplier_code, count(*), sum(is_otif), sum(received_qty_to_date), sum(rejected_qty_to_date),"
        " round(avg(days_sent_to_first_receipt), 6), round(stddev_samp(days_sent_to_first_receipt), 6)"
        " from fct_procurement_pipeline where is_due = 1 group by 1 having count(days_sent_to_first_receipt) > 1",
    ),
    "promises": (
        "select business_date, coalesce(supplier_code, '?'), coalesce(warehouse_code, '?'), category, due_line_count,"
        " otif_line_count, lead_line_count from agg_supplier_daily where due_line_count > 0",
        f"select promised_date, coalesce(supplier_code, '?'), coalesce(warehouse_code, '?'), {CATEGORY},"
        " count(*), sum(is_otif), count(*) filter (first_receipt_at is not null)"
        f" from fct_procurement_pipeline as fact {AS_ORDERED} where is_due = 1 group by all",
    ),
    "delays": (
        "select business_date, coalesce(warehouse_code, '?'), unnest([1, 2, 3, 4, 5]) as delay,"
        " unnest([sum(early_line_count), sum(on_day_line_count), sum(late_1_to_2_days_line_count),"
        " sum(late_3_to_7_days_line_count), sum(late_over_7_days_line_count)])::bigint as lines"
        " from agg_supplier_daily group by 1, 2 having sum(due_line_count) > 0",
        "with due as (select promised_date as due_on, coalesce(warehouse_code, '?') as place,"
        " cast(last_receipt_at + interval 3 hour as date) - promised_date as days"
        " from fct_procurement_pipeline where is_due = 1)"
        " select due_on, place, delay, count(days) filter (days between least_days and most_days) from due, (values"
        " (1, -9999, -1), (2, 0, 0), (3, 1, 2), (4, 3, 7), (5, 8, 9999)) as delays(delay, least_days, most_days)"
        " group by all",
    ),
    "quotes": (
        "select supplier_code, sum(above_quote_amount), sum(quoted_amount) from agg_supplier_daily"
        " group by 1 having sum(quoted_amount) > 0",
        "select supplier_code, sum(unit_cost_kes * wanted) - sum(quoted_unit_cost * wanted),"
        " sum(quoted_unit_cost * wanted) from (select *, ordered_qty - cancelled_qty as wanted"
        " from fct_purchase_order_lines) where quoted_unit_cost + unit_cost_kes is not null group by 1"
        " having sum(quoted_unit_cost * wanted) > 0",
    ),
    "quotes of a day": (
        "select business_date, coalesce(warehouse_code, '?'), category, sum(quoted_amount),"
        " sum(quoted_amount + above_quote_amount) from agg_supplier_daily group by all having sum(quoted_amount) > 0",
        f"select business_date, coalesce(warehouse_code, '?'), {CATEGORY},"
        " sum(quoted_unit_cost * (ordered_qty - cancelled_qty)), sum(unit_cost_kes * (ordered_qty - cancelled_qty))"
        " from (select *, ordered_at as created_at from fct_purchase_order_lines"
        f" where quoted_unit_cost + unit_cost_kes is not null) as fact {AS_ORDERED}"
        " group by all having sum(quoted_unit_cost * (ordered_qty - cancelled_qty)) > 0",
    ),
    "receipts": (
        "select business_date, supplier_code, warehouse_code, category, received_qty, rejected_qty"
        " from agg_receipts_daily where received_qty > 0",
        f"select cast(received_at + interval 3 hour as date), supplier_code, warehouse_code, {CATEGORY},"
        " sum(accepted_qty) + sum(rejected_qty), sum(rejected_qty)"
        " from (select *, received_at as created_at from fct_receipts)"
        f" as fact {AS_ORDERED} group by all having sum(received_qty) > 0",
    ),
    "lead times": (
        "select business_date, coalesce(supplier_code, '?'), sum(lead_line_count), sum(lead_days),"
        " sum(lead_days_squared) from agg_receipts_daily group by all having sum(lead_line_count) > 0",
        "with lead as (select cast(first_receipt_at + interval 3 hour as date) as received_on, supplier_code,"
        " cast(first_receipt_at + interval 3 hour as date) - cast(sent_at + interval 3 hour as date) as days"
        " from fct_procurement_pipeline) select received_on, coalesce(supplier_code, '?'), count(*), sum(days),"
        " sum(days ** 2)::bigint from lead where days is not null group by all",
    ),
    "lead times of a category": (
        "select warehouse_code, category, sum(lead_line_count), round(sum(lead_days) / sum(lead_line_count), 6)"
        " from agg_receipts_daily where warehouse_code is not null group by all having sum(lead_line_count) > 0",
        f"select warehouse_code, {CATEGORY}, count(days_sent_to_first_receipt),"
        f" round(avg(days_sent_to_first_receipt), 6) from fct_procurement_pipeline as fact {AS_ORDERED}"
        " where warehouse_code is not null and first_receipt_date_key > 0 group by all"
        " having count(days_sent_to_first_receipt) > 0",
    ),
    "deliveries": (
        "select outcome = '5 perfect', business_date, sum(order_count), sum(order_total),"
        " sum(order_count * delivery_hours) from agg_order_outcomes group by all",
        "select is_perfect = 1, calendar_date, count(*), sum(header_total), sum(ceil(hours_placed_to_delivered))"
        " from fct_order_fulfilment join dim_date on delivered_date_key = date_key"
        f" where is_delivered = 1 and calendar_date <= {LAST} group by all",
    ),
    "deliveries of a warehouse": (
        "select warehouse_code, channel, business_date, sum(order_count), sum(order_count * in_full),"
        " sum(order_count * on_time), sum(order_count * undamaged), sum(order_count * docs_ok),"
        " sum(order_count * in_full * on_time * undamaged * docs_ok), sum(order_total)"
        " from agg_deliveries_daily group by all",
        "select warehouse_code, channel, calendar_date, count(*), sum(in_full), sum(on_time), sum(undamaged),"
        " sum(docs_ok), sum(is_perfect), sum(header_total)"
        " from fct_order_fulfilment join dim_date on delivered_date_key = date_key where is_delivered = 1 group by all",
    ),
    "payments": (
        "select provider, match_status, is_reversal, business_date, payment_count, amount, fee from agg_payments_daily",
        "select provider, match_status, is_reversal, business_date, count(*), sum(amount), sum(fee)"
        " from fct_payments group by all",
    ),
    "attempts to pay": (
        "select business_date, hour_of_day, result_code, attempt_count from agg_payment_attempts",
        "select business_date, (hour(paid_at) + 3) % 24, result_code, count(*) from fct_payments"
        " where payment_path = 'stk' and result_code is not null group by all",
    ),
    "counts": (
        "select warehouse_code, bin, count_count, count_count - exact_count, missing_qty,"
        " surplus_value - shrinkage_value from agg_shrinkage",
        "select warehouse_code, bin, count(*), count(*) filter (counted_qty <> book_qty),"
        " coalesce(sum(book_qty - counted_qty) filter (book_qty > counted_qty), 0), sum(variance_value)"
        f" from fct_stock_counts where business_date <= {LAST} group by all",
    ),
    "returns": (
        "select reason_code, sku, coalesce(batch_no, 'none'), return_count, returned_qty, scrapped_qty, refund_amount"
        " from agg_return_reasons",
        "select reason_code, sku, coalesce(batch_no, 'none'), count(distinct return_id), sum(returned_qty),"
        f" sum(scrapped_qty), sum(refund_amount) from fct_returns where business_date <= {LAST} group by all",
    ),
    "promotions": (
        "select promo_code, sum(promoted_product_count) from agg_promotion_results group by 1",
        "select promo_code, count(distinct sku) from fct_promotion_coverage"
        f" where cast(valid_from + interval 3 hour as date) <= {LAST} group by 1",
    ),
    "promoted categories": (
        "select category, sum(promoted_product_count), sum(sold_product_count), sum(sold_qty), sum(sold_qty_before),"
        " sum(discount_amount) from agg_promotion_results group by 1",
        "with spans as (select promo_code, min(cast(valid_from + interval 3 hour as date)) as first_day,"
        f" least(max(cast(valid_to + interval 3 hour as date)) - 1, {LAST}) as final_day from fct_promotion_coverage"
        " group by 1 having first_day <= final_day),"
        " lines as (select distinct promo_code, l.order_id, l.line_no, l.sku, l.business_date >= first_day as during,"
        " qty - cancelled_qty as units, discount_amount as discount"
        " from fct_promotion_coverage as c join spans using (promo_code)"
        " join (select * exclude (promo_code) from fct_order_lines) as l"
        " on l.sku = c.sku and c.scope_code in (l.channel, l.warehouse_code)"
        " where l.business_date between first_day - 28 and final_day),"
        " products as (select distinct promo_code, sku from fct_promotion_coverage join spans using (promo_code)),"
        " sold as (select promo_code, sku, coalesce(sum(units) filter (during), 0) as now,"
        " coalesce(sum(units) filter (not during), 0) as before, coalesce(sum(discount) filter (during), 0) as given,"
        " coalesce(bool_or(during and units > 0), false)::integer as sells from lines group by all)"
        " select category, count(*), coalesce(sum(sells), 0), coalesce(sum(now), 0), coalesce(sum(before), 0),"
        " coalesce(sum(given), 0) from products left join sold using (promo_code, sku)"
        " join dim_product using (sku) where is_current group by 1",
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
