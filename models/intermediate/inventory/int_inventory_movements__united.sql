-- grain: one row per delivered version of a movement: those of the ledger, and stock given away at the till, which no ledger has.
-- A view: of order lines it keeps only the few free sales; their cost is looked up where it is needed.
{{ config(materialized='view') }}

with

ledger as (
    select * from {{ ref('int_inventory_movements__versions') }}
),

order_lines as (
    select * from {{ ref('int_order_lines__versions') }}
),

free_sales as (
    select
        order_lines.order_id || '/' || order_lines.line_no as movement_id,
        order_lines.sku,
        order_lines.warehouse_code,
        'ADJUST' as movement_type,
        'FREE_SALE' as reference_type,
        order_lines.order_id as reference_id,
        order_lines.line_no as reference_line_no,
        order_lines.cancelled_qty - order_lines.qty as qty_signed,
        order_lines.is_deleted,
        order_lines.placed_at as moved_at,
        order_lines.created_at,
        order_lines.updated_at,
        order_lines._load,
        order_lines._is_latest,
        order_lines._touched_load
    from order_lines
    where {{ is_free_sale('order_lines') }}
),

final as (
    select * from ledger
    union all by name
    select * from free_sales
)

select * from final
