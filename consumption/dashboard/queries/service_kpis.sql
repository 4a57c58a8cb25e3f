-- How the orders delivered in the period and in the one before fared, as shares of delivered orders, and how long they took.
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

-- a quantile does not add up: it is asked of the orders themselves, and both at once, because they are sorted for it
cycle_times as (
    select
        delivered_date_key >= strftime($date_from::date, '%Y%m%d')::integer as is_now,
        quantile_cont(hours_placed_to_delivered, [0.5, 0.9]) as hours
    from marts.fct_order_fulfilment
    where
        delivered_date_key between strftime($before_from::date, '%Y%m%d')::integer and strftime(
            $date_to::date, '%Y%m%d'
        )::integer
        and is_delivered = 1
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], warehouse_code))
        and ($channel::varchar[] is null or list_contains($channel::varchar[], channel))
    group by delivered_date_key >= strftime($date_from::date, '%Y%m%d')::integer
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
        cycle_times.hours[1] as order_cycle_time_p50,
        cycle_times.hours[2] as order_cycle_time_p90,
        (select min(business_date) from marts.agg_deliveries_daily) <= $before_from::date as is_comparable
    from shares
    inner join cycle_times on shares.is_now = cycle_times.is_now
)

select * from final
order by is_now desc;
