-- grain: one row per order_id that any feed names; an order whose records all went away stays as an empty row.
{{ config(unique_key=['order_id'], pre_hook="{{ touched_orders() }}") }}

with

headers as (
    select headers.*
    from {{ ref('int_orders__versions') }} as headers
    {{ only_touched('headers', ['order_id']) }}
    where headers._is_latest and not headers.is_deleted
),

order_lines as (
    select
        order_lines.*,
        {{ is_free_sale('order_lines') }} as is_free_sale
    from {{ ref('int_order_lines__versions') }} as order_lines
    {{ only_touched('order_lines', ['order_id']) }}
    where order_lines._is_latest and not order_lines.is_deleted
),

lines_of_orders as (
    select
        order_id,
        count(*) filter (where not is_free_sale) as line_count,
        count(*) filter (where is_free_sale) as free_line_count,
        cast(sum(qty) filter (where not is_free_sale) as bigint) as ordered_qty,
        cast(sum(cancelled_qty) filter (where not is_free_sale) as bigint) as cancelled_qty,
        cast(sum((qty - cancelled_qty) * unit_price - discount_amount) as decimal(18, 2)) as line_total
    from order_lines
    group by order_id
),

shipment_lines as (
    select shipment_lines.*
    from {{ ref('int_shipment_lines__versions') }} as shipment_lines
    {{ only_touched('shipment_lines', ['order_id']) }}
    where shipment_lines._is_latest and not shipment_lines.is_deleted
),

shipments as (
    select
        order_id,
        shipment_id,
        min(shipped_at) as shipped_at,
        max(delivered_at) as delivered_at,
        bool_and(delivered_at is not null) as is_delivered,
        sum(shipped_qty) as shipped_qty,
        sum(delivered_qty) as delivered_qty,
        sum(damaged_qty) as damaged_qty
    from shipment_lines
    group by order_id, shipment_id
),

notes as (
    select * from {{ ref('int_delivery_notes__versions') }}
    where _is_latest and not is_deleted
),

shipments_of_orders as (
    select
        shipments.order_id,
        min(shipments.shipped_at) as shipped_at,
        -- an order has arrived, and is closed, with the last of its shipments
        case when bool_and(shipments.is_delivered) then max(shipments.delivered_at) end as delivered_at,
        case when bool_and(notes.shipment_id is not null) then max(notes.booked_at) end as closed_at,
        bool_and(coalesce(notes.has_documents_ok, false)) as has_documents_ok,
        cast(sum(shipments.shipped_qty) as bigint) as shipped_qty,
        cast(sum(shipments.delivered_qty) as bigint) as delivered_qty,
        cast(sum(shipments.damaged_qty) as bigint) as damaged_qty
    from shipments
    left join notes on shipments.shipment_id = notes.shipment_id
    group by shipments.order_id
),

notes_of_orders as (
    select
        shipments.order_id,
        notes._load
    from shipments
    inner join notes on shipments.shipment_id = notes.shipment_id
),

loads_of_orders as (
    {{ loads_by_key('order_id', ['order_lines', 'shipment_lines', 'notes_of_orders']) }}
),

order_ids as (
    {% if is_incremental() -%}
    select order_id from {{ touched() }}
    {%- else -%}
    select order_id from headers
    union
    select order_id from lines_of_orders
    union
    select order_id from shipments_of_orders
    {%- endif %}
),

final as (
    select
        order_ids.order_id,
        headers.* {{ exclude_columns(['order_id', 'is_deleted', '_load', '_is_latest', '_touched_load']) }},
        headers.order_id is not null as has_header,
        coalesce(lines_of_orders.line_count, 0) as line_count,
        coalesce(lines_of_orders.free_line_count, 0) as free_line_count,
        coalesce(lines_of_orders.ordered_qty, 0) as ordered_qty,
        coalesce(lines_of_orders.cancelled_qty, 0) as cancelled_qty,
        coalesce(lines_of_orders.line_total, 0) as line_total,
        shipments_of_orders.* {{ exclude_columns(['order_id']) }},
        {{ united_loads(['headers._load'], ['loads_of_orders.loads']) }} as _loads,
        {{ latest_load() }} as _load
    from order_ids
    left join headers on order_ids.order_id = headers.order_id
    left join lines_of_orders on order_ids.order_id = lines_of_orders.order_id
    left join shipments_of_orders on order_ids.order_id = shipments_of_orders.order_id
    left join loads_of_orders on order_ids.order_id = loads_of_orders.order_id
)

select * from final
