-- grain: one row per warehouse_code and bin, as of the last closed day: its counts of 90 days against the books.
-- Counts, quantities and values are additive over bins and warehouses; periods of different days overlap.
{{ config(materialized='table') }}

with

closed as (
    select {{ last_closed_day('stg_erp__inventory_ledger') }} as last_day
),

counts as (
    select * from {{ ref('fct_stock_counts') }}
    where business_date between (select last_day - 89 from closed) and (select last_day from closed)
),

final as (
    select
        warehouse_code,
        bin,
        count(*) as count_count,
        count(*) filter (where variance_qty = 0) as exact_count,
        cast(sum(greatest(-variance_qty, 0)) as bigint) as missing_qty,
        cast(sum(greatest(-variance_value, 0)) as decimal(18, 2)) as shrinkage_value,
        cast(sum(greatest(variance_value, 0)) as decimal(18, 2)) as surplus_value,
        (select last_day from closed) as business_date
    from counts
    group by warehouse_code, bin
)

select * from final
{{ stored_by('shrinkage_value desc') }}
