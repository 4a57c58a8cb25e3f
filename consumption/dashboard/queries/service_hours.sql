-- Hours from order to delivery by day of delivery: the median, and within which nine of ten arrive. A quantile does not add up:
-- it is asked of the orders themselves, and both at once, because they are sorted for it.
with

orders as (
    select
        delivered_date_key,
        quantile_cont(hours_placed_to_delivered, [0.5, 0.9]) as cycle_times
    from marts.fct_order_fulfilment
    where
        delivered_date_key between strftime($date_from::date, '%Y%m%d')::integer and strftime(
            $date_to::date, '%Y%m%d'
        )::integer
        and is_delivered = 1
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], warehouse_code))
        and ($channel::varchar[] is null or list_contains($channel::varchar[], channel))
    group by delivered_date_key
),

final as (
    select
        strptime(delivered_date_key::varchar, '%Y%m%d')::date as delivered_on,
        cycle_times[1] as order_cycle_time_p50,
        cycle_times[2] as order_cycle_time_p90
    from orders
)

select * from final
order by delivered_on;
