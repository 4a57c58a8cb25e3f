-- From all delivered orders to the perfect ones: each order falls at its first fault.
with

delivered as (
    select * from marts.agg_deliveries_daily
    where
        business_date between $date_from::date and $date_to::date
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], warehouse_code))
        and ($channel::varchar[] is null or list_contains($channel::varchar[], channel))
),

counted as (
    select
        sum(order_count) as orders,
        sum(order_count * (1 - in_full)) as short_orders,
        sum(order_count * in_full * (1 - on_time)) as late_orders,
        sum(order_count * in_full * on_time * (1 - undamaged)) as damaged_orders,
        sum(order_count * in_full * on_time * undamaged * (1 - docs_ok)) as orders_without_papers,
        sum(order_count * in_full * on_time * undamaged * docs_ok) as perfect_orders
    from delivered
    having count(*) > 0
),

final as (
    select
        unnest([1, 2, 3, 4, 5, 6]) as place,
        unnest(['delivered', 'not in full', 'late', 'damaged', 'papers', 'perfect']) as outcome,
        unnest([orders, -short_orders, -late_orders, -damaged_orders, -orders_without_papers, perfect_orders]) as orders,
        unnest([true, false, false, false, false, true]) as is_total
    from counted
)

select * from final
order by place;
