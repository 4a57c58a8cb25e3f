-- grain: one row per business_date (of the delivery), warehouse_code, channel, the four flags and delivery_hours, all of history.
-- Counts and amounts are additive, so a quantile to the whole hour can be made of any days.
{{ config(materialized='table') }}

with

delivered as (
    select
        *,
        cast(ceil(hours_placed_to_delivered) as integer) as delivery_hours,
        {{ business_date('delivered_at') }} as delivered_on
    from {{ ref('fct_order_fulfilment') }}
    where is_delivered = 1
),

final as (
    select
        warehouse_code,
        channel,
        in_full,
        on_time,
        undamaged,
        docs_ok,
        delivery_hours,
        count(*) as order_count,
        cast(sum(header_total) as decimal(18, 2)) as order_total,
        delivered_on as business_date
    from delivered
    group by delivered_on, warehouse_code, channel, in_full, on_time, undamaged, docs_ok, delivery_hours
)

select * from final
{{ stored_by('business_date') }}
