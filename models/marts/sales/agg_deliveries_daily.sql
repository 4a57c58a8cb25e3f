-- grain: one row per business_date (of the delivery), warehouse_code, channel and the four flags, all of history.
-- order_count and order_total are additive.
{{ config(materialized='table') }}

with

delivered as (
    select
        *,
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
        count(*) as order_count,
        cast(sum(header_total) as decimal(18, 2)) as order_total,
        delivered_on as business_date
    from delivered
    group by delivered_on, warehouse_code, channel, in_full, on_time, undamaged, docs_ok
)

select * from final
{{ stored_by('business_date') }}
