-- On time in full by warehouse, worst first.
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
        warehouse_code as warehouse,
        sum(order_count * in_full * on_time) / sum(order_count) as otif
    from delivered
    group by warehouse_code
)

select * from final
order by otif asc, warehouse asc
limit 15;
