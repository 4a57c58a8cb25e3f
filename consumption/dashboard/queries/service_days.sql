-- On time in full and perfect orders by day of delivery.
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
        sum(in_full * on_time) / sum(is_delivered) as otif,
        sum(is_perfect) / sum(is_delivered) as perfect_order
    from delivered
    group by delivered_on
)

select * from final
order by delivered_on;
