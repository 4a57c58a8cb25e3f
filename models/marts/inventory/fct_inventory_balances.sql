-- grain: one row per sku, warehouse_code and valid_from: the stock from a day with movements until the next such day, half-open.
-- The whole history of fct_inventory_daily in a fraction of its rows. closing_qty is not additive over dates; flows are.
{{ config(
    unique_key=['sku', 'warehouse_code', 'valid_from'],
    touch_key=['sku', 'warehouse_code'],
    touch_from='valid_from',
    pre_hook="{{ touched_balances('int_inventory__daily_flows') }}",
) }}

with

flows as (
    select flows.*
    from {{ ref('int_inventory__daily_flows') }} as flows
    {% if is_incremental() -%}
    inner join {{ touched() }} as touched
        on
            flows.sku = touched.sku
            and flows.warehouse_code = touched.warehouse_code
            and flows.business_date >= touched.touch_from
    {% endif -%}
    where flows.movement_count > 0
),

opening as (
    {% if is_incremental() -%}
    select
        earlier.sku,
        earlier.warehouse_code,
        earlier.opening_qty
    from {{ this }} as earlier
    inner join {{ touched() }} as touched
        on
            earlier.sku = touched.sku
            and earlier.warehouse_code = touched.warehouse_code
            and earlier.valid_from = touched.touch_from
    {%- else -%}
    select
        cast(null as varchar) as sku,
        cast(null as varchar) as warehouse_code,
        cast(null as bigint) as opening_qty
    where false
    {%- endif %}
),

balanced as (
    select
        flows.*,
        coalesce(opening.opening_qty, 0)
        + sum(flows.net_qty) over (
            partition by flows.sku, flows.warehouse_code order by flows.business_date nulls last
        ) as closing_qty,
        lead(flows.business_date) over (
            partition by flows.sku, flows.warehouse_code order by flows.business_date nulls last
        ) as next_date
    from flows
    left join opening
        on flows.sku = opening.sku and flows.warehouse_code = opening.warehouse_code
),

final as (
    select
        sku,
        warehouse_code,
        cast(closing_qty - net_qty as bigint) as opening_qty,
        {% for _, column in movement_columns() -%}
        {{ column }},
        {% endfor -%}
        cast(closing_qty as bigint) as closing_qty,
        movement_count,
        business_date as valid_from,
        coalesce(next_date, cast({{ end_of_time() }} as date)) as valid_to,
        next_date is null as is_current,
        {{ latest_load() }} as _load
    from balanced
)

select * from final
