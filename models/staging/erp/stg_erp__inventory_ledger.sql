with

source as (
    select * from {{ source('erp', 'inventory_ledger') }}
),

final as (
    select
        movement_id,
        upper(trim(sku)) as sku,
        upper(trim(warehouse_code)) as warehouse_code,
        upper(trim(movement_type)) as movement_type,
        reference_type,
        reference_id,
        reference_line_no,
        reversal_of as reversal_of_movement_id,
        upper(trim(counterpart_warehouse_code)) as counterpart_warehouse_code,
        qty_signed,
        unit_cost,
        false as is_deleted,
        moved_at,
        created_at,
        updated_at,
        filename as _file
    from source
)

select * from final
