-- grain: one row per po_number and line_no: where a purchase order line stands, updated in place as its documents come.
-- Quantities, is_due and is_otif are additive; lags are not. What is not reached yet is -2 (date key) or empty.
{% set lookups = [
    {'dimension': 'dim_product', 'column': 'sku', 'event_at': 'ordered_at'},
    {'dimension': 'dim_warehouse', 'column': 'warehouse_code', 'event_at': 'ordered_at'},
    {'dimension': 'dim_supplier', 'column': 'supplier_code', 'event_at': 'ordered_at'},
] %}
{% set moments = ['ordered_at', 'approved_at', 'sent_at', 'first_receipt_at', 'last_receipt_at'] %}
{{ config(
    unique_key=['po_number', 'line_no'],
    pre_hook="{{ touched_pipeline('int_purchase_order_lines__headed', 'int_purchase_order_lines__daily',
        'int_purchase_order_lines__invoiced', ['po_number', 'line_no'], " ~ lookups ~ ") }}",
) }}

with

lines as (
    select headed.* from {{ ref('int_purchase_order_lines__headed') }} as headed
    {{ only_touched('headed', ['po_number', 'line_no']) }}
    where not headed.is_deleted
),

received as (
    select
        progress.po_number,
        progress.line_no,
        sum(progress.received_qty) as received_qty,
        sum(progress.accepted_qty) as accepted_qty,
        sum(progress.rejected_qty) as rejected_qty,
        sum(progress.accepted_qty) filter (where progress.business_date <= lines.promised_date) as accepted_in_time_qty,
        min(progress.first_received_at) as first_receipt_at,
        max(progress.last_received_at) as last_receipt_at
    from lines
    inner join {{ ref('int_purchase_order_lines__daily') }} as progress
        on lines.po_number = progress.po_number and lines.line_no = progress.line_no
    group by progress.po_number, progress.line_no
),

reached as (
    select
        lines.*,
        lines.ordered_qty - lines.cancelled_qty as wanted_qty,
        coalesce(received.received_qty, 0) as received_qty_to_date,
        coalesce(received.accepted_qty, 0) as accepted_qty_to_date,
        coalesce(received.rejected_qty, 0) as rejected_qty_to_date,
        coalesce(received.accepted_in_time_qty, 0) as accepted_in_time_qty,
        coalesce(invoiced.invoiced_qty, 0) as invoiced_qty_to_date,
        received.first_receipt_at,
        received.last_receipt_at,
        -- invoiced and paid are reached when all that was accepted is
        case when invoiced.invoiced_qty >= received.accepted_qty then invoiced.last_invoice_date end as invoiced_date,
        case
            when invoiced.invoiced_qty >= received.accepted_qty and invoiced.unpaid_count = 0 then invoiced.last_paid_at
        end as paid_at,
        coalesce(lines.promised_date <= {{ last_closed_day('stg_erp__goods_receipts') }}, false) as is_promise_over
    from lines
    left join received on lines.po_number = received.po_number and lines.line_no = received.line_no
    left join {{ ref('int_purchase_order_lines__invoiced') }} as invoiced
        on lines.po_number = invoiced.po_number and lines.line_no = invoiced.line_no
),

judged as (
    select
        *,
        {{ business_date('ordered_at') }} as business_date,
        is_promise_over and wanted_qty > 0 as is_due,
        accepted_in_time_qty >= 0.98 * wanted_qty as is_in_time_in_full,
        {{ procurement_stage() }} as stage,  -- noqa: RF04
        {{ out_of_order(moments, 'invoiced_date', 'paid_at') }} as has_milestones_out_of_order
    from reached
),

final as (
    select
        judged.po_number,
        judged.line_no,
        {{ date_key('judged.business_date') }} as created_date_key,
        {% for milestone in ['approved', 'sent', 'first_receipt', 'last_receipt', 'paid'] -%}
        {{ optional_date_key(business_date('judged.' ~ milestone ~ '_at')) }} as {{ milestone }}_date_key,
        {% endfor -%}
        {{ optional_date_key('judged.promised_date') }} as promised_date_key,
        {{ optional_date_key('judged.invoiced_date') }} as invoiced_date_key,
        {{ member_key('product', 'product_key', 'judged.sku') }} as product_key,
        {{ headed_key('warehouse') }} as warehouse_key,
        {{ headed_key('supplier') }} as supplier_key,
        judged.sku,
        judged.warehouse_code,
        judged.supplier_code,
        judged.stage,
        judged.ordered_qty,
        judged.cancelled_qty,
        {% for kind in ['received', 'accepted', 'rejected', 'invoiced'] -%}
        cast(judged.{{ kind }}_qty_to_date as bigint) as {{ kind }}_qty_to_date,
        {% endfor -%}
        {{ days_between(business_date('judged.approved_at'), business_date('judged.sent_at')) }} as days_approved_to_sent,
        {{ days_between(business_date('judged.sent_at'), business_date('judged.first_receipt_at')) }}
            as days_sent_to_first_receipt,
        {{ days_between('judged.promised_date', business_date('judged.last_receipt_at')) }} as days_vs_promise,
        {{ days_between(business_date('judged.last_receipt_at'), 'judged.invoiced_date') }} as days_receipt_to_invoice,
        {{ days_between('judged.invoiced_date', business_date('judged.paid_at')) }} as days_invoice_to_paid,
        cast(judged.is_due and judged.is_in_time_in_full as integer) as is_otif,
        cast(judged.is_due as integer) as is_due,
        judged.has_milestones_out_of_order,
        judged.business_date,
        judged.promised_date,
        judged.invoiced_date,
        judged.ordered_at as created_at,
        {% for milestone in ['approved', 'sent', 'first_receipt', 'last_receipt', 'paid'] -%}
        judged.{{ milestone }}_at,
        {% endfor -%}
        {{ latest_load() }} as _load
    from judged
    {{ join_as_of('dim_product', 'product', 'sku', 'judged.sku', 'judged.ordered_at') }}
    {{ join_as_of('dim_warehouse', 'warehouse', 'warehouse_code', 'judged.warehouse_code', 'judged.ordered_at') }}
    {{ join_as_of('dim_supplier', 'supplier', 'supplier_code', 'judged.supplier_code', 'judged.ordered_at') }}
)

select * from final
{{ stored_by('promised_date') }}
