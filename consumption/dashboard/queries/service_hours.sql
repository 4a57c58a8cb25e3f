-- Hours from order to delivery by day of delivery: the median, and within which nine of ten arrive.
with

delivered as (
    select
        orders.*,
        strptime(orders.delivered_date_key::varchar, '%Y%m%d')::date as delivered_on
    from marts.fct_order_fulfilment as orders
    where
        orders.delivered_date_key between strftime($date_from::date, '%Y%m%d')::integer and strftime(
            $date_to::date, '%Y%m%d'
        )::integer
        and orders.is_delivered = 1
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], orders.warehouse_code))
        and ($channel::varchar[] is null or list_contains($channel::varchar[], orders.channel))
),

final as (
    select
        delivered_on,
        quantile_cont(hours_placed_to_delivered, 0.5) as order_cycle_time_p50,
        quantile_cont(hours_placed_to_delivered, 0.9) as order_cycle_time_p90
    from delivered
    group by delivered_on
)

select * from final
order by delivered_on;
