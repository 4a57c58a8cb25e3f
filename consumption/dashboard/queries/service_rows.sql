-- The orders that were not perfect, newest first: only the days are read that have as many as are shown.
with

faults_by_day as (
    select
        business_date,
        sum(order_count * (1 - in_full * on_time * undamaged * docs_ok)) as order_count
    from marts.agg_deliveries_daily
    where
        business_date between $date_from::date and $date_to::date
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], warehouse_code))
        and ($channel::varchar[] is null or list_contains($channel::varchar[], channel))
    group by business_date
),

newer_faults as (
    select
        business_date,
        sum(order_count) over (order by business_date desc) - order_count as newer_count
    from faults_by_day
),

newest_days as (
    select strftime(min(business_date), '%Y%m%d')::integer as first_date_key from newer_faults
    where newer_count < 1000
),

delivered as (
    select
        orders.*,
        strptime(orders.delivered_date_key::varchar, '%Y%m%d')::date as delivered_on
    from marts.fct_order_fulfilment as orders
    where
        orders.delivered_date_key between (select first_date_key from newest_days) and strftime(
            $date_to::date, '%Y%m%d'
        )::integer
        and orders.is_delivered = 1
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], orders.warehouse_code))
        and ($channel::varchar[] is null or list_contains($channel::varchar[], orders.channel))
),

final as (
    select
        delivered_on,
        order_id,
        warehouse_code as warehouse,
        channel,
        case
            when in_full = 0 then 'not in full'
            when on_time = 0 then 'late'
            when undamaged = 0 then 'damaged'
            else 'papers'
        end as first_fault,
        promised_date,
        ordered_qty,
        delivered_qty,
        damaged_qty,
        hours_placed_to_delivered as hours,
        header_total as order_total
    from delivered
    where is_perfect = 0
)

select * from final
order by delivered_on desc, order_id desc
limit 1000;
