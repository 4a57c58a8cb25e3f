-- From all delivered orders to the perfect ones: each order falls at its first fault.
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

counted as (
    select
        count(*) as orders,
        count(*) filter (where in_full = 0) as short_orders,
        count(*) filter (where in_full = 1 and on_time = 0) as late_orders,
        count(*) filter (where in_full = 1 and on_time = 1 and undamaged = 0) as damaged_orders,
        count(*) filter (where in_full = 1 and on_time = 1 and undamaged = 1 and docs_ok = 0) as orders_without_papers,
        count(*) filter (where in_full = 1 and on_time = 1 and undamaged = 1 and docs_ok = 1) as perfect_orders
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
