-- Hours from order to delivery by day of delivery: the median, and within which nine of ten arrive.
with

orders as (
    select
        hours_placed_to_delivered,
        strptime(delivered_date_key::varchar, '%Y%m%d')::date as delivered_on
    from marts.fct_order_fulfilment
    where
        delivered_date_key between strftime($date_from::date, '%Y%m%d')::integer and strftime(
            $date_to::date, '%Y%m%d'
        )::integer
        and is_delivered = 1
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], warehouse_code))
        and ($channel::varchar[] is null or list_contains($channel::varchar[], channel))
),

final as (
    select
        delivered_on,
        quantile_cont(hours_placed_to_delivered, 0.5) as order_cycle_time_p50,
        quantile_cont(hours_placed_to_delivered, 0.9) as order_cycle_time_p90
    from orders
    group by delivered_on
)

select * from final
order by delivered_on;
