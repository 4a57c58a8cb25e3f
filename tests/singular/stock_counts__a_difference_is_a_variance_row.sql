-- Invariant 2*, binds WMS and ERP. Threshold: 0. Window: counts that came lately, until the last closed day. Tier 2.
-- Detects: a count that differs from the closing stock of the ledger and shows no variance, or another one.
{{ config(severity='warn', meta={'tier': 2, 'owner': 'inventory-data', 'invariant': 2}) }}

with

-- with all bins of a product on its sheet, though only one of them came lately
lately as (
    select
        count_id,
        sku
    from {{ ref('int_stock_counts__versions') }}
    where _is_latest and _load >= {{ first_tested_load() }}
),

counted as (
    select
        count_id,
        sku,
        warehouse_code,
        {{ business_date('max(counted_at)') }} as business_date,
        sum(counted_qty) as counted_qty
    from {{ ref('int_stock_counts__versions') }}
    semi join lately using (count_id, sku)
    where _is_latest and not is_deleted
    group by count_id, sku, warehouse_code
),

variances as (
    select
        count_id,
        sku,
        sum(variance_qty) as variance_qty
    from {{ ref('fct_stock_counts') }}
    semi join counted using (count_id, sku)
    group by count_id, sku
),

final as (
    select
        counted.*,
        balances.closing_qty,
        variances.variance_qty
    from counted
    left join {{ ref('fct_inventory_balances') }} as balances
        on
            counted.sku = balances.sku
            and counted.warehouse_code = balances.warehouse_code
            and counted.business_date >= balances.valid_from
            and counted.business_date < balances.valid_to
    left join variances on counted.count_id = variances.count_id and counted.sku = variances.sku
    where counted.counted_qty - coalesce(balances.closing_qty, 0) is distinct from variances.variance_qty
)

select * from final
