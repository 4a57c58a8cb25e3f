{# Pre-hook of the prices: as any fact, for all prices of the product in the channel, because each ends where the next begins; and
   prices whose product's supplier, whom only the fact names, got, lost or lengthened a version. #}
{% macro touched_prices(entity, key, lookups) -%}
    {%- set ranges = ref('int_dimension_keys__ranges') -%}
    {{- touched_by_versions(entity, key, lookups, row_key=key + ['valid_from']) -}}
    {%- if is_incremental() -%}
    ;
    insert into {{ touched() }}
    select prices.sku, prices.channel
    from {{ this }} as prices
    inner join {{ ranges }} as ranges
        on
            ranges.dimension = 'dim_supplier'
            and prices.supplier_code = ranges.natural_key
            and prices.valid_from >= ranges.valid_from
            and prices.valid_from < ranges.valid_to
    where ranges._load > {{ seen('int_dimension_keys__ranges') }}
    {%- endif -%}
{%- endmacro %}
