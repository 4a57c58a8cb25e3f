-- grain: one row per sku, warehouse_code and week_start (a Monday) with orders.
-- What the till gave away is no demand.
-- A week whose orders all went away stays as a row of zero: it tells the forecasts to look again.
{{ config(
    unique_key=['sku', 'warehouse_code', 'week_start'],
    pre_hook="{{ touched_demand('int_order_lines__versions') }}",
) }}

with

order_lines as (
    select
        entity.sku,
        entity.warehouse_code,
        {{ monday_of(business_date('entity.placed_at')) }} as week_start,
        entity.qty - entity.cancelled_qty as demand_qty,
        entity._load as line_load
    from {{ ref('int_order_lines__versions') }} as entity
    where
        entity._is_latest
        and not entity.is_deleted
        and not {{ is_free_sale('entity') }}
        {{ "and entity.placed_at >= (select min(week_start) - interval 1 day from " ~ touched() ~ ")" if is_incremental() }}
),

weeks as (
    {% if is_incremental() -%}
    select * from {{ touched() }}
    {%- else -%}
    select distinct
        sku,
        warehouse_code,
        week_start
    from order_lines
    {%- endif %}
),

added_up as (
    select
        weeks.sku,
        weeks.warehouse_code,
        weeks.week_start,
        cast(coalesce(sum(order_lines.demand_qty), 0) as bigint) as demand_qty,
        list(distinct order_lines.line_load) filter (where order_lines.line_load is not null) as _loads
    from weeks
    left join order_lines using (sku, warehouse_code, week_start)
    group by weeks.sku, weeks.warehouse_code, weeks.week_start
),

final as (
    {{ keep_loads('added_up', ['sku', 'warehouse_code', 'week_start'], ['demand_qty']) }}
)

select * from final
