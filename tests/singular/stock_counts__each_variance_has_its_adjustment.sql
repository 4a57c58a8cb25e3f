-- Invariant 2*, binds WMS and ERP. Threshold: 0.
-- Window: counts until the day before the last closed one, because the ERP posts the next morning.
-- Detects: a count that differs from the ledger and was never posted, or posted with another quantity. Tier 2.
{{ config(severity='warn', meta={'tier': 2, 'owner': 'inventory-data', 'invariant': 2}) }}

with

counted as (
    select
        count_id,
        sku,
        max(business_date) as business_date,
        sum(variance_qty) as variance_qty
    from {{ ref('fct_stock_counts') }}
    group by count_id, sku
    having max(business_date) < (select max(business_date) from {{ ref('fct_inventory_daily') }})
),

adjusted as (
    select
        reference_id as count_id,
        sku,
        sum(qty_signed) as adjusted_qty
    from {{ ref('int_inventory_movements__versions') }}
    where _is_latest and not is_deleted and movement_type = 'ADJUST' and reference_type = 'COUNT'
    group by reference_id, sku
),

final as (
    select
        counted.*,
        coalesce(adjusted.adjusted_qty, 0) as adjusted_qty
    from counted
    left join adjusted using (count_id, sku)
    where counted.variance_qty <> coalesce(adjusted.adjusted_qty, 0)
)

select * from final
