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

products as (
    select * from {{ ref('dim_product') }}
    where is_current
),

added as (
    select
        reason_code,
        sku,
        batch_no,
        count(distinct return_id) as return_count,
        cast(sum(returned_qty) as bigint) as returned_qty,
        cast(sum(scrapped_qty) as bigint) as scrapped_qty,
        cast(sum(refund_amount) as decimal(18, 2)) as refund_amount
    from returned
    group by reason_code, sku, batch_no
),

final as (
    select
        added.reason_code,
        added.sku,
        -- here, and not joined by readers: who asks for the first rows of one table reads one row group
        products.product_name,
        products.primary_supplier_code,
        added.batch_no,
        added.return_count,
        added.returned_qty,
        added.scrapped_qty,
        added.refund_amount,
        (select last_day from closed) as business_date
    from added
    left join products on added.sku = products.sku
)

select * from final
{{ stored_by('returned_qty desc') }}
