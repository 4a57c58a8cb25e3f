-- Within so many whole hours from the order half of a day's deliveries, and nine of ten, had arrived.
with

delivered as (
    select * from marts.agg_deliveries_daily
    where
        business_date between $date_from::date and $date_to::date
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], warehouse_code))
        and ($channel::varchar[] is null or list_contains($channel::varchar[], channel))
),

by_hours as (
    select
        business_date,
        delivery_hours,
        sum(sum(order_count)) over (partition by business_date order by delivery_hours) as arrived,
        sum(sum(order_count)) over (partition by business_date) as orders
    from delivered
    group by business_date, delivery_hours
),

final as (
    select
        business_date as delivered_on,
        min(delivery_hours) filter (where arrived >= 0.5 * orders) as order_cycle_time_p50,
        min(delivery_hours) filter (where arrived >= 0.9 * orders) as order_cycle_time_p90
    from by_hours
    group by business_date
)

select * from final
order by delivered_on;
