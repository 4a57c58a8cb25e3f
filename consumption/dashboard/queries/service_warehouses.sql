-- On time in full by warehouse, worst first.
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
        warehouse_code as warehouse,
        sum(in_full * on_time) / sum(is_delivered) as otif
    from delivered
    group by warehouse_code
)

select * from final
order by otif asc, warehouse asc
limit 15;
