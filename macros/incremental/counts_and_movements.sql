{# Pre-hook of the counts: as any fact, and counts of pairs whose book quantity changed at or before the day of the count.
   key: all bins of a product on a sheet share one book quantity, so they are touched together; row_key tells them apart #}
{% macro touched_stock_counts(entity, key, lookups, row_key) -%}
    {%- set flow_days = ref('int_inventory__daily_flows') -%}
    {{- touched_by_versions(entity, key, lookups, row_key) -}}
    {%- if is_incremental() -%}
    ;
    insert into {{ touched() }}
    select {% for column in key %}entity.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
    from {{ ref(entity) }} as entity
    inner join (
        select sku, warehouse_code, min(business_date) as first_day
        from {{ flow_days }}
        where _load > {{ watermark() }}
        group by sku, warehouse_code
    ) as changed
        on
            entity.sku = changed.sku
            and entity.warehouse_code = changed.warehouse_code
            and {{ business_date('entity.counted_at') }} >= changed.first_day
    where entity._is_latest
    {%- endif -%}
{%- endmacro %}

{# Pre-hook of the movements: as any fact, and free sales whose order line was looked at again: a line that got a price or a
   customer is a movement no longer. #}
{% macro touched_movements(entity, key, lookups) -%}
    {{- touched_by_versions(entity, key, lookups) -}}
    {%- if is_incremental() -%}
    ;
    insert into {{ touched() }}
    select movement_id from {{ ref(entity) }} where reference_type = 'FREE_SALE' and _touched_load > {{ watermark() }}
    {%- endif -%}
{%- endmacro %}
