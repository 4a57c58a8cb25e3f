-- grain: one row per return_id and line_no, with what its order line and shipments say of it; a line that went away stays empty.
{{ config(unique_key=['return_id', 'line_no'], pre_hook="{{ touched_returns() }}") }}

with

return_lines as (
    select return_lines.*
    from {{ ref('int_return_lines__versions') }} as return_lines
    {{ only_touched('return_lines', ['return_id', 'line_no']) }}
    where return_lines._is_latest and not return_lines.is_deleted
),

order_lines as (
    select order_lines.*
    from {{ ref('int_order_lines__versions') }} as order_lines
    semi join return_lines
        on order_lines.order_id = return_lines.order_id and order_lines.line_no = return_lines.order_line_no
    where order_lines._is_latest and not order_lines.is_deleted
),

shipments as (
    select
        shipment_lines.order_id,
        shipment_lines.order_line_no,
        max(shipment_lines.delivered_at) as delivered_at,
        list(distinct shipment_lines._load) as loads
    from {{ ref('int_shipment_lines__versions') }} as shipment_lines
    semi join return_lines
        on
            shipment_lines.order_id = return_lines.order_id
            and shipment_lines.order_line_no = return_lines.order_line_no
    where shipment_lines._is_latest and not shipment_lines.is_deleted
    group by shipment_lines.order_id, shipment_lines.order_line_no
),

line_keys as (
    {% if is_incremental() -%}
    select
        return_id,
        line_no
    from {{ touched() }}
    {%- else -%}
    select
        return_id,
        line_no
    from return_lines
    {%- endif %}
),

final as (
    select
        line_keys.return_id,
        line_keys.line_no,
        return_lines.* {{ exclude_columns(['return_id', 'line_no', 'is_deleted', '_load', '_is_latest', '_touched_load']) }},
        return_lines.return_id is not null as is_present,
        coalesce(order_lines.sku = return_lines.sku, false) as is_matched,
        order_lines.promo_code,
        order_lines.placed_at,
        shipments.delivered_at,
        {{ united_loads(['return_lines._load', 'order_lines._load'], ['shipments.loads']) }} as _loads,
        {{ latest_load() }} as _load
    from line_keys
    left join return_lines on line_keys.return_id = return_lines.return_id and line_keys.line_no = return_lines.line_no
    left join order_lines
        on return_lines.order_id = order_lines.order_id and return_lines.order_line_no = order_lines.line_no
    left join shipments
        on return_lines.order_id = shipments.order_id and return_lines.order_line_no = shipments.order_line_no
)

select * from final
