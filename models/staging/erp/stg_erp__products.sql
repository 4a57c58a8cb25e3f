with

source as (
    select * from {{ source('erp', 'products') }}
),

final as (
    select
        upper(trim(sku)) as sku,
        name as product_name,
        description as product_description,
        category,
        subcategory,
        brand,
        upper(trim(primary_supplier_code)) as primary_supplier_code,
        upper(trim(uom)) as uom,
        status as product_status,
        vat_class,
        abc_class,
        pack_qty,
        standard_cost,
        list_price,
        reorder_point,
        safety_stock,
        weight_kg,
        volume_m3,
        is_deleted,
        launch_date,
        created_at,
        updated_at,
        filename as _file
    from source
)

select * from final
