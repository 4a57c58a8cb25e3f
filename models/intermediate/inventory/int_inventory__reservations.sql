-- grain: one row per order_id, sku, warehouse_code and business_date on which goods were set aside for the order or let go.
-- A day on which nothing happens any longer stays as a row of zero: it tells the commitments to look again.
{{ config(
    unique_key=['order_id', 'sku', 'warehouse_code', 'business_date'],
    touch_key=['order_id'],
    pre_hook="{{ touched_reservations('int_order_lines__versions', 'int_shipment_lines__versions', 'int_orders__versions') }}",
) }}

with

order_lines as (
    select
        entity.*,
        {{ business_date('entity.placed_at') }} as placed_date
    from {{ ref('int_order_lines__versions') }} as entity
    {{ only_touched('entity', ['order_id']) }}
    -- over the counter nothing is set aside
    where entity._is_latest and not entity.is_deleted and entity.channel is distinct from 'till'
),

shipments as (
    select
        entity.order_id,
        entity.order_line_no,
        {{ business_date('entity.shipped_at') }} as shipped_date,
        entity.shipped_qty,
        entity._load as shipment_load
    from {{ ref('int_shipment_lines__versions') }} as entity
    {{ only_touched('entity', ['order_id']) }}
    where entity._is_latest and not entity.is_deleted
),

first_shipments as (
    select
        order_id,
        min(shipped_date) as shipped_date
    from shipments
    group by order_id
),

-- what was not sent is cancelled when the order is, as its header says, or when the rest of it leaves
cancelled as (
    select
        order_lines.*,
        headers._load as header_load,
        greatest(
            order_lines.placed_date,
            case
                when order_lines.order_status = 'cancelled' or first_shipments.shipped_date is null
                    then {{ business_date('coalesce(headers.cancelled_at, order_lines.updated_at)') }}
                else first_shipments.shipped_date
            end
        ) as cancelled_date
    from order_lines
    left join first_shipments on order_lines.order_id = first_shipments.order_id
    left join {{ ref('int_orders__versions') }} as headers
        on order_lines.order_id = headers.order_id and headers._is_latest and not headers.is_deleted
    where order_lines.cancelled_qty <> 0
),

events as (
    select
        order_id,
        sku,
        warehouse_code,
        placed_date as business_date,
        qty as reserved_qty,
        _load as event_load
    from order_lines
    union all
    select
        order_id,
        sku,
        warehouse_code,
        cancelled_date as business_date,
        -cancelled_qty as reserved_qty,
        coalesce(header_load, _load) as event_load
    from cancelled
    union all
    select
        order_lines.order_id,
        order_lines.sku,
        order_lines.warehouse_code,
        greatest(order_lines.placed_date, shipments.shipped_date) as business_date,
        -shipments.shipped_qty as reserved_qty,
        shipments.shipment_load as event_load
    from order_lines
    inner join shipments
        on order_lines.order_id = shipments.order_id and order_lines.line_no = shipments.order_line_no
    {% if is_incremental() -%}
    union all
    select
        earlier.order_id,
        earlier.sku,
        earlier.warehouse_code,
        earlier.business_date,
        0 as reserved_qty,
        null as event_load
    from {{ this }} as earlier
    {{ only_touched('earlier', ['order_id']) }}
    {%- endif %}
),

days as (
    select
        order_id,
        sku,
        warehouse_code,
        business_date,
        cast(sum(reserved_qty) as bigint) as reserved_qty,
        list(distinct event_load) filter (where event_load is not null) as _loads
    from events
    group by order_id, sku, warehouse_code, business_date
),

final as (
    {{ keep_loads('days', ['order_id', 'sku', 'warehouse_code', 'business_date'], ['reserved_qty']) }}
)

select * from final
