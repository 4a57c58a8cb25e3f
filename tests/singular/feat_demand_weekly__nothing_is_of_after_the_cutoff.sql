-- Detects: features that know what came after their cut-off. Tier 1. Threshold: 0. Window: all rows.
-- What was ordered is counted again from fct_order_lines up to the cut-off only; the product version must have been valid then.
{{ config(meta={'tier': 1, 'owner': 'planning-data'}) }}

with

features as (
    select * from {{ ref('feat_demand_weekly') }}
),

order_lines as (
    select * from {{ ref('fct_order_lines') }}
),

products as (
    select * from {{ ref('dim_product') }}
),

counted as (
    select
        features.sku,
        features.warehouse_code,
        features.cutoff_date,
        sum(order_lines.qty) / any_value(features.history_weeks) as mean_ordered_qty_13w
    from features
    inner join order_lines
        on
            features.sku = order_lines.sku
            and features.warehouse_code = order_lines.warehouse_code
            and order_lines.business_date between features.cutoff_date - 90 and features.cutoff_date
    group by features.sku, features.warehouse_code, features.cutoff_date
),

final as (
    select
        features.sku,
        features.warehouse_code,
        features.cutoff_date
    from features
    left join counted
        on {{ same_key('features', 'counted', ['sku', 'warehouse_code', 'cutoff_date']) }}
    left join products
        on features.product_key = products.product_key
    where
        counted.mean_ordered_qty_13w is distinct from features.mean_ordered_qty_13w
        or products.valid_from > {{ business_day_close('features.cutoff_date') }}
        or features.target_week <= features.cutoff_date
)

select * from final
