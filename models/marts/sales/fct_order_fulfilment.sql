-- grain: one row per order_id: an accumulating snapshot, the row is replaced whenever header, lines, shipments or notes change.
-- Counts, quantities, amounts and the 0/1 flags are additive; hours are not.
{% set lookups = [
    {'dimension': 'dim_warehouse', 'column': 'warehouse_code', 'event_at': 'placed_at'},
    {'dimension': 'dim_customer', 'column': 'customer_id', 'event_at': 'placed_at'},
] %}
{{ config(
    unique_key=['order_id'],
    pre_hook="{{ touched_by_rows('int_orders__milestones', ['order_id'], " ~ lookups ~ ") }}",
) }}

{% set milestones = ['placed', 'paid', 'allocated', 'picked', 'shipped', 'delivered', 'closed'] -%}

with

orders as (
    select orders.*
    from {{ ref('int_orders__milestones') }} as orders
    {{ only_touched('orders', ['order_id']) }}
    -- an order of free sales only is a stock adjustment and no order
    where orders.has_header and (orders.line_count > 0 or orders.free_line_count = 0)
),

judged as (
    select
        *,
        delivered_at is not null as is_delivered,
        coalesce(delivered_at is not null and delivered_qty >= ordered_qty, false) as in_full,
        coalesce({{ business_date('delivered_at') }} <= promised_date, false) as on_time,
        coalesce(delivered_at is not null and damaged_qty = 0, false) as undamaged,
        coalesce(closed_at is not null and has_documents_ok, false) as docs_ok,
        -- milestones that were reached, in the order in which they must come
        list_filter(
            [placed_at, paid_at, allocated_at, picked_at, shipped_at, delivered_at, closed_at], x -> x is not null
        ) as reached
    from orders
),

final as (
    select
        judged.order_id,
        {% for name in milestones + ['cancelled'] -%}
        {{ optional_date_key(business_date('judged.' ~ name ~ '_at')) }} as {{ name }}_date_key,
        {% endfor -%}
        {{ optional_date_key('judged.promised_date') }} as promised_date_key,
        {{ member_key('warehouse', 'warehouse_key', 'judged.warehouse_code') }} as warehouse_key,
        {{ member_key('customer', 'customer_key', 'judged.customer_id') }} as customer_key,
        judged.warehouse_code,
        judged.customer_id,
        judged.channel,
        judged.payment_method,
        judged.order_status,
        judged.line_count,
        judged.ordered_qty,
        judged.cancelled_qty,
        coalesce(judged.shipped_qty, 0) as shipped_qty,
        coalesce(judged.delivered_qty, 0) as delivered_qty,
        coalesce(judged.damaged_qty, 0) as damaged_qty,
        {{ hours_between('judged.placed_at', 'judged.paid_at') }} as hours_placed_to_paid,
        {{ hours_between('judged.paid_at', 'judged.shipped_at') }} as hours_paid_to_shipped,
        {{ hours_between('judged.shipped_at', 'judged.delivered_at') }} as hours_shipped_to_delivered,
        {{ hours_between('judged.placed_at', 'judged.delivered_at') }} as hours_placed_to_delivered,
        cast(judged.is_delivered as integer) as is_delivered,
        cast(judged.in_full as integer) as in_full,
        cast(judged.on_time as integer) as on_time,
        cast(judged.undamaged as integer) as undamaged,
        cast(judged.docs_ok as integer) as docs_ok,
        cast(judged.in_full and judged.on_time and judged.undamaged and judged.docs_ok as integer) as is_perfect,
        judged.order_amount as header_total,
        judged.line_total,
        judged.shipping_fee,
        judged.reached <> list_sort(judged.reached) as has_milestones_out_of_order,
        abs(judged.order_amount - judged.shipping_fee - judged.line_total) > 0.01 * judged.line_count as is_total_mismatch,
        {{ business_date('judged.placed_at') }} as business_date,
        judged.promised_date,
        {% for name in milestones + ['cancelled'] -%}
        judged.{{ name }}_at,
        {% endfor -%}
        judged.updated_at,
        judged._load
    from judged
    {{ join_as_of('dim_warehouse', 'warehouse', 'warehouse_code', 'judged.warehouse_code', 'judged.placed_at') }}
    {{ join_as_of('dim_customer', 'customer', 'customer_id', 'judged.customer_id', 'judged.placed_at') }}
)

select * from final
{{ stored_by('business_date') }}
