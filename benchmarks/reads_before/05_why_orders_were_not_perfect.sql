-- 05_why_orders_were_not_perfect.sql before the aggregates: the facts alone.
with

last_day as (
    select max(business_date) as closed_day from fct_inventory_daily
),

delivered as (
    select
        case
            when fulfilment.in_full = 0 then '1 not in full'
            when fulfilment.on_time = 0 then '2 late'
            when fulfilment.undamaged = 0 then '3 damaged'
            when fulfilment.docs_ok = 0 then '4 documents'
            else '5 perfect'
        end as outcome,
        fulfilment.header_total,
        fulfilment.hours_placed_to_delivered
    from fct_order_fulfilment as fulfilment
    inner join dim_date as delivery_days on fulfilment.delivered_date_key = delivery_days.date_key
    where
        fulfilment.is_delivered = 1
        and delivery_days.calendar_date > (select closed_day - 28 from last_day)
        and delivery_days.calendar_date <= (select closed_day from last_day)
)

select
    outcome,
    count(*) as orders,
    round(100.0 * count(*) / sum(count(*)) over (), 1) as pct,
    sum(header_total) as order_total,
    quantile_disc(ceil(hours_placed_to_delivered)::integer, 0.5) as median_hours
from delivered
group by outcome
order by outcome;
