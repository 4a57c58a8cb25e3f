-- How the orders delivered in the period and in the one before fared, as shares of delivered orders; within so many whole
-- hours from the order half of them, and nine of ten, had arrived.
with

delivered as (
    select
        *,
        business_date >= $date_from::date as is_now
    from marts.agg_deliveries_daily
    where
        business_date between $before_from::date and $date_to::date
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], warehouse_code))
        and ($channel::varchar[] is null or list_contains($channel::varchar[], channel))
),

by_hours as (
    select
        is_now,
        delivery_hours,
        sum(sum(order_count)) over (partition by is_now order by delivery_hours) as arrived,
        sum(sum(order_count)) over (partition by is_now) as orders
    from delivered
    group by is_now, delivery_hours
),

cycle_times as (
    select
        is_now,
        min(delivery_hours) filter (where arrived >= 0.5 * orders) as order_cycle_time_p50,
        min(delivery_hours) filter (where arrived >= 0.9 * orders) as order_cycle_time_p90
    from by_hours
    group by is_now
),

shares as (
    select
        is_now,
        sum(order_count) as delivered_orders,
        sum(order_count * in_full * on_time) / sum(order_count) as otif,
        sum(order_count * in_full * on_time * undamaged * docs_ok) / sum(order_count) as perfect_order,
        sum(order_count * in_full) / sum(order_count) as order_fill_rate,
        sum(order_count * on_time) / sum(order_count) as on_time_share
    from delivered
    group by is_now
),

final as (
    select
        shares.*,
        cycle_times.order_cycle_time_p50,
        cycle_times.order_cycle_time_p90,
        (select min(business_date) from marts.agg_deliveries_daily) <= $before_from::date as is_comparable
    from shares
    inner join cycle_times on shares.is_now = cycle_times.is_now
)

select * from final
order by is_now desc;
