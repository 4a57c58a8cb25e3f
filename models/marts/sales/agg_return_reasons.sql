-- grain: one row per reason_code, sku and batch_no, as of the last closed day: its returns of 90 days, the most returned first.
-- Quantities and refunds are additive over all three; periods of different days overlap, and a return can have several products.
{{ config(materialized='table') }}

with

closed as (
    select {{ last_closed_day('stg_erp__inventory_ledger') }} as last_day
),

returned as (
    select * from {{ ref('fct_returns') }}
    where business_date between (select last_day - 89 from closed) and (select last_day from closed)
),

final as (
    select
        reason_code,
        sku,
        batch_no,
        count(distinct return_id) as return_count,
        cast(sum(returned_qty) as bigint) as returned_qty,
        cast(sum(scrapped_qty) as bigint) as scrapped_qty,
        cast(sum(refund_amount) as decimal(18, 2)) as refund_amount,
        (select last_day from closed) as business_date
    from returned
    group by reason_code, sku, batch_no
)

select * from final
{{ stored_by('returned_qty desc') }}
