-- grain: one row per po_number, line_no, sku, warehouse_code and business_date: ordered, cancelled, received.
-- A day on which nothing happens any longer stays as a row of zeros: it tells the stock on order to look again.
{{ config(
    unique_key=['po_number', 'line_no', 'sku', 'warehouse_code', 'business_date'],
    touch_key=['po_number', 'line_no'],
    pre_hook="{{ touched_by_documents('int_goods_receipts__versions', lines='int_purchase_order_lines__headed') }}",
) }}

{% set measures = ['ordered_qty', 'cancelled_qty', 'received_qty', 'rejected_qty', 'accepted_qty', 'on_order_qty'] %}

with

lines as (
    select entity.* from {{ ref('int_purchase_order_lines__headed') }} as entity
    {{ only_touched('entity', ['po_number', 'line_no']) }}
    where not entity.is_deleted
),

received as (
    select
        lines.po_number,
        lines.line_no,
        lines.sku,
        lines.warehouse_code,
        {{ business_date('receipts.received_at') }} as business_date,
        receipts.received_qty,
        receipts.rejected_qty,
        receipts.accepted_qty,
        receipts.received_at,
        receipts._load as receipt_load,
        lines.ordered_qty - lines.cancelled_qty as expected_qty,
        sum(receipts.received_qty) over (
            partition by lines.po_number, lines.line_no
            order by receipts.received_at nulls last, receipts.grn_number nulls last, receipts.line_no nulls last
        ) as received_to_date
    from lines
    inner join {{ ref('int_goods_receipts__versions') }} as receipts
        on lines.po_number = receipts.po_number and lines.line_no = receipts.po_line_no
    where receipts._is_latest and not receipts.is_deleted
),

events as (
    select
        po_number,
        line_no,
        sku,
        warehouse_code,
        {{ business_date('ordered_at') }} as business_date,
        ordered_qty,
        ordered_qty as on_order_qty
    from lines
    union all by name
    -- the source does not say when it cancelled: it was by the last change of the line
    select
        po_number,
        line_no,
        sku,
        warehouse_code,
        {{ business_date('greatest(line_updated_at, ordered_at)') }} as business_date,
        cancelled_qty,
        -cancelled_qty as on_order_qty
    from lines
    where cancelled_qty <> 0
    union all by name
    -- more than was expected takes nothing off other lines' orders
    select
        * exclude (expected_qty, received_to_date),
        least(received_to_date - received_qty, expected_qty) - least(received_to_date, expected_qty) as on_order_qty
    from received
    {% if is_incremental() -%}
    union all by name
    select
        earlier.po_number,
        earlier.line_no,
        earlier.sku,
        earlier.warehouse_code,
        earlier.business_date
    from {{ this }} as earlier
    {{ only_touched('earlier', ['po_number', 'line_no']) }}
    {%- endif %}
),

days as (
    select
        po_number,
        line_no,
        sku,
        warehouse_code,
        business_date,
        {% for measure in measures -%}
        cast(coalesce(sum({{ measure }}), 0) as bigint) as {{ measure }},
        {% endfor -%}
        min(received_at) as first_received_at,
        max(received_at) as last_received_at,
        list(distinct receipt_load) filter (where receipt_load is not null) as _loads
    from events
    group by po_number, line_no, sku, warehouse_code, business_date
),

final as (
    {{ keep_loads('days', ['po_number', 'line_no', 'sku', 'warehouse_code', 'business_date'], measures + ['last_received_at']) }}
)

select * from final
