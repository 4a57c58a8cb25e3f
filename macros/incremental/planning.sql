{# Pre-hook: weeks of any version of an order line that was looked at again, and weeks made of a file that was replaced. #}
{% macro touched_demand(lines) -%}
    {%- set history = ref('int_loads__history') -%}
    {%- if is_incremental() -%}
    {%- set select_keys -%}
        select distinct sku, warehouse_code, {{ monday_of(business_date('placed_at')) }} as week_start
        from {{ ref(lines) }}
        where _touched_load > {{ watermark() }}
        {{ union_keys_of_replaced_loads(['sku', 'warehouse_code', 'week_start']) }}
    {%- endset -%}
    {{ collect_touched(select_keys) }}
    {%- endif -%}
{%- endmacro %}

{# Pre-hook of the forecasts: as any fact, forecasts of weeks that are over by now, and those whose demand was added up again. #}
{% macro touched_forecasts(entity, demand, key, lookups) -%}
    {%- set demand_weeks, history = ref(demand), ref('int_loads__history') -%}
    {{- touched_by_versions(entity, key, lookups) -}}
    {%- if is_incremental() -%}
    ;
    insert into {{ touched() }}
    select {{ key | join(', ') }} from {{ this }}
    where actual_qty is null and target_week + 6 <= {{ last_closed_day('stg_commerce__order_lines') }}
    union
    select {% for column in key %}forecasts.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
    from {{ this }} as forecasts
    inner join {{ demand_weeks }} as weeks
        on
            forecasts.sku = weeks.sku
            and forecasts.warehouse_code = weeks.warehouse_code
            and forecasts.target_week = weeks.week_start
    where forecasts.actual_qty is not null and weeks._load > {{ seen('int_demand__weekly') }}
    {%- endif -%}
{%- endmacro %}
