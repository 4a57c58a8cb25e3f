-- grain: one row per grn_number and line_no. unit_cost and days_vs_promise are not additive.
{% set lookups = [
    {'dimension': 'dim_product', 'column': 'sku', 'event_at': 'received_at'},
    {'dimension': 'dim_warehouse', 'column': 'warehouse_code', 'event_at': 'received_at'},
    {'dimension': 'dim_supplier', 'column': 'supplier_code', 'event_at': 'received_at'},
] %}
{{ config(
    unique_key=['grn_number', 'line_no'],
    pre_hook="{{ touched_by_versions('int_goods_receipts__versions', ['grn_number', 'line_no'], " ~ lookups ~ ") }}",
) }}

with

receipts as (
    {{ latest_rows('int_goods_receipts__versions', ['grn_number', 'line_no']) }}
),

final as (
    select
        receipts.grn_number,
        receipts.line_no,
        receipts.po_number,
        receipts.po_line_no,
        {{ date_key(business_date('receipts.received_at')) }} as receipt_date_key,
        {{ date_key('receipts.promised_date') }} as promised_date_key,
        {{ member_key('product', 'product_key', 'receipts.sku') }} as product_key,
        {{ member_key('warehouse', 'warehouse_key', 'receipts.warehouse_code') }} as warehouse_key,
        {{ member_key('supplier', 'supplier_key', 'receipts.supplier_code') }} as supplier_key,
        receipts.sku,
        receipts.warehouse_code,
        receipts.supplier_code,
        receipts.received_qty,
        receipts.rejected_qty,
        receipts.accepted_qty,
        receipts.unit_cost,
        cast(round(receipts.accepted_qty * receipts.unit_cost, 2) as decimal(18, 2)) as received_cost,
        cast({{ business_date('receipts.received_at') }} - receipts.promised_date as integer) as days_vs_promise,
        {{ business_date('receipts.received_at') }} as business_date,
        receipts.promised_date,
        receipts.received_at,
        receipts.updated_at,
        receipts._load
    from receipts
    {{ join_as_of('dim_product', 'product', 'sku', 'receipts.sku', 'receipts.received_at') }}
    {{ join_as_of('dim_warehouse', 'warehouse', 'warehouse_code', 'receipts.warehouse_code', 'receipts.received_at') }}
    {{ join_as_of('dim_supplier', 'supplier', 'supplier_code', 'receipts.supplier_code', 'receipts.received_at') }}
)

select * from final
{{ stored_by('business_date') }}
