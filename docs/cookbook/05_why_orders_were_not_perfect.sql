-- question: Why were orders not perfect?
-- decision: which to mend first, the stock, the pick, the carrier or the papers.
-- how to read: a waterfall over the orders delivered in the last 28 days. Each order falls at its first fault, so the
--   rows add up to all orders: stock (not in full), then time, then damage, then documents; what is left is perfect.
--   median_hours: within so many whole hours from the order half of them had arrived.
with

last_day as (
    select max(business_date) as closed_day from agg_stock_position
),

by_hours as (
    select
        outcome,
        delivery_hours,
        sum(order_count) as orders,
        sum(order_total) as order_total
    from agg_order_outcomes
    where
        business_date > (select closed_day - 28 from last_day)
        and business_date <= (select closed_day from last_day)
    group by outcome, delivery_hours
),

arrived as (
    select
        *,
        sum(orders) over (partition by outcome order by delivery_hours) as orders_by_then,
        sum(orders) over (partition by outcome) as all_orders
    from by_hours
)

select
    outcome,
    sum(orders) as orders,
    round(100.0 * sum(orders) / sum(sum(orders)) over (), 1) as pct,
    sum(order_total) as order_total,
    min(delivery_hours) filter (where 2 * orders_by_then >= all_orders) as median_hours
from arrived
group by outcome
order by outcome;
