-- grain: one row per sku, warehouse_code and business_date with movements.
-- A day whose movements all went away stays as a row of zeros: it tells the balances to look again.
{{ config(
    unique_key=['sku', 'warehouse_code', 'business_date'],
    pre_hook="{{ touched_flow_days('int_inventory_movements__united') }}",
) }}

with

movements as (
    select
        *,
        {{ business_date('moved_at') }} as business_date
    from {{ ref('int_inventory_movements__united') }}
    where _is_latest and not is_deleted
),

days as (
    {% if is_incremental() -%}
    select * from {{ touched() }}
    {%- else -%}
    select distinct
        sku,
        warehouse_code,
        business_date
    from movements
    {%- endif %}
),

final as (
    select
        days.sku,
        days.warehouse_code,
        days.business_date,
        {% for movement_type, column in movement_columns() -%}
        cast(coalesce(
            sum(movements.qty_signed) filter (where movements.movement_type = '{{ movement_type }}'), 0
        ) as bigint) as {{ column }},
        {% endfor -%}
        cast(coalesce(sum(movements.qty_signed), 0) as bigint) as net_qty,
        count(movements.movement_id) as movement_count,
        list(distinct movements._load) filter (where movements._load is not null) as _loads,
        {{ latest_load() }} as _load
    from days
    left join movements using (sku, warehouse_code, business_date)
    group by days.sku, days.warehouse_code, days.business_date
)

select * from final
