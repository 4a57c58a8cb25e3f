-- grain: one row per po_number and line_no: the latest version of the line with what its order says.
-- A line that is delivered no longer stays as a deleted one: it tells the facts to look again.
{{ config(
    unique_key=['po_number', 'line_no'],
    pre_hook="{{ touched_purchase_order_lines('int_purchase_order_lines__versions', 'int_purchase_orders__versions') }}",
) }}

with

lines as (
    select entity.* from {{ ref('int_purchase_order_lines__versions') }} as entity
    {{ only_touched('entity', ['po_number', 'line_no']) }}
    where entity._is_latest
),

orders as (
    select * from {{ ref('int_purchase_orders__versions') }}
    where _is_latest
),

headed as (
    select
        lines.po_number,
        lines.line_no,
        lines.sku,
        orders.supplier_code,
        orders.warehouse_code,
        orders.po_status,
        upper(trim(orders.currency_code)) as currency_code,
        lines.ordered_qty,
        lines.cancelled_qty,
        lines.unit_cost,
        orders.po_number is not null as has_order,
        lines.is_deleted or coalesce(orders.is_deleted, false) as is_deleted,
        orders.promised_date,
        coalesce(orders.ordered_at, lines.created_at) as ordered_at,
        orders.approved_at,
        orders.sent_at,
        lines.updated_at as line_updated_at,
        greatest(lines.updated_at, orders.updated_at) as updated_at,
        {{ united_loads(['lines._load', 'orders._load']) }} as _loads
    from lines
    left join orders on lines.po_number = orders.po_number
),

{% if is_incremental() %}
gone as (
    select earlier.* {{ exclude_columns(['_load']) }} replace (true as is_deleted)
    from {{ this }} as earlier
    {{ only_touched('earlier', ['po_number', 'line_no']) }}
    anti join headed on earlier.po_number = headed.po_number and earlier.line_no = headed.line_no
),

{% endif -%}
all_lines as (
    select * from headed
    {% if is_incremental() -%}
    union all by name
    select * from gone
    {%- endif %}
),

final as (
    select
        *,
        {{ latest_load() }} as _load
    from all_lines
)

select * from final
