-- On time in full and perfect orders by day of delivery.
with

delivered as (
    select * from marts.agg_deliveries_daily
    where
        business_date between $date_from::date and $date_to::date
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], warehouse_code))
        and ($channel::varchar[] is null or list_contains($channel::varchar[], channel))
),

final as (
    select
        business_date as delivered_on,
        sum(order_count * in_full * on_time) / sum(order_count) as otif,
        sum(order_count * in_full * on_time * undamaged * docs_ok) / sum(order_count) as perfect_order
    from delivered
    group by business_date
)

select * from final
order by delivered_on;
