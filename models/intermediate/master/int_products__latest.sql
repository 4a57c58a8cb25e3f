-- grain: one row per sku, its newest version: what the snapshot looks at.
{{ config(materialized='view') }}

with

versions as (
    select * from {{ ref('int_products__versions') }}
),

final as (
    select
        sku,
        category,
        subcategory,
        brand,
        primary_supplier_code,
        uom,
        pack_qty,
        product_status,
        vat_class,
        abc_class,
        standard_cost,
        reorder_point,
        safety_stock,
        is_deleted,
        product_name,
        product_description,
        list_price,
        weight_kg,
        volume_m3,
        launch_date,
        updated_at
    from versions
    where _is_latest
)

select * from final
