-- Service of the orders delivered in the period and in the one before, as shares of delivered orders.
with

delivered as (
    select
        orders.*,
        strptime(orders.delivered_date_key::varchar, '%Y%m%d')::date as delivered_on
    from marts.fct_order_fulfilment as orders
    where
        orders.delivered_date_key between strftime($before_from::date, '%Y%m%d')::integer and strftime(
            $date_to::date, '%Y%m%d'
        )::integer
        and orders.is_delivered = 1
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], orders.warehouse_code))
        and ($channel::varchar[] is null or list_contains($channel::varchar[], orders.channel))
),

final as (
    select
        delivered_on >= $date_from::date as is_now,
        sum(is_delivered) as delivered_orders,
        sum(in_full * on_time) / sum(is_delivered) as otif,
        sum(is_perfect) / sum(is_delivered) as perfect_order,
        sum(in_full) / sum(is_delivered) as order_fill_rate,
        sum(on_time) / sum(is_delivered) as on_time_share,
        quantile_cont(hours_placed_to_delivered, 0.5) as order_cycle_time_p50,
        quantile_cont(hours_placed_to_delivered, 0.9) as order_cycle_time_p90,
        (select min(business_date) from marts.fct_order_fulfilment) <= $before_from::date as is_comparable
    from delivered
    group by delivered_on >= $date_from::date
)

select * from final
order by is_now desc;
