-- grain: one row per sku and version of its tracked (SCD2) attributes, half-open [valid_from, valid_to).
-- Plus the members -1 unknown, -2 not applicable and -3 late arriving.
{{ config(materialized='table') }}

with

{{ scd2_members(
    'snap_products',
    natural_key='sku',
    tracked=[
        'category',
        'subcategory',
        'brand',
        'primary_supplier_code',
        'uom',
        'pack_qty',
        'product_status',
        'vat_class',
        'abc_class',
        'standard_cost',
        'reorder_point',
        'safety_stock',
        'is_deleted',
    ],
    overwritten=[
        'product_name',
        'product_description',
        'list_price',
        'weight_kg',
        'volume_m3',
    ],
    fixed=[
        'launch_date',
    ],
) }},

keyed as (
    select
        *,
        {{ surrogate_key(['sku', 'valid_from']) }} as product_key
    from members
),

special as (
    {{ special_members('product_key', labels=['sku', 'product_name', 'category']) }}
),

all_members as (
    select * from keyed
    union all by name
    select * from special
),

final as (
    select
        product_key,
        sku,
        product_name,
        product_description,
        category,
        subcategory,
        brand,
        primary_supplier_code,
        uom,
        product_status,
        vat_class,
        abc_class,
        pack_qty,
        standard_cost,
        list_price,
        reorder_point,
        safety_stock,
        weight_kg,
        volume_m3,
        is_current,
        is_inferred,
        is_deleted,
        launch_date,
        valid_from,
        valid_to
    from all_members
)

select * from final
