-- grain: one row per business_date (of the delivery), outcome and delivery_hours of the last 92 closed days.
-- Counts and amounts are additive, so a median to the whole hour can be made of any days.
{{ config(materialized='table') }}

with

closed as (
    select {{ last_closed_day('stg_erp__inventory_ledger') }} as last_day
),

delivered as (
    select
        case
            when in_full = 0 then '1 not in full'
            when on_time = 0 then '2 late'
            when undamaged = 0 then '3 damaged'
            when docs_ok = 0 then '4 documents'
            else '5 perfect'
        end as outcome,
        cast(ceil(hours_placed_to_delivered) as integer) as delivery_hours,
        header_total,
        {{ business_date('delivered_at') }} as business_date
    from {{ ref('fct_order_fulfilment') }}
    where
        is_delivered = 1
        -- by the key: row groups of older deliveries are skipped
        and delivered_date_key between
        (select {{ date_key('last_day - 91') }} from closed) and (select {{ date_key('last_day') }} from closed)
),

final as (
    select
        outcome,
        delivery_hours,
        count(*) as order_count,
        cast(sum(header_total) as decimal(18, 2)) as order_total,
        business_date
    from delivered
    group by business_date, outcome, delivery_hours
)

select * from final
{{ stored_by('business_date') }}
