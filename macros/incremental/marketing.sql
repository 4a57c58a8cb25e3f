{# Pre-hook of the daily sums of web events: days of events that changed, and days made of a file that has been replaced. #}
{% macro touched_web_days() -%}
    {%- set events, history = ref('int_web_events__versions'), ref('int_loads__history') -%}
    {%- if is_incremental() -%}
    {%- set select_keys -%}
        select distinct {{ business_date('occurred_at') }} as business_date
        from {{ events }}
        where _touched_load > {{ watermark() }}
        {{ union_keys_of_replaced_loads(['business_date']) }}
    {%- endset -%}
    {{ collect_touched(select_keys) }}
    {%- endif -%}
{%- endmacro %}

{# Pre-hook of the fact of the daily sums: days that were added up anew. #}
{% macro touched_days_of(entity) -%}
    {%- set daily = ref(entity) -%}
    {%- if is_incremental() -%}
    {{ collect_touched('select distinct business_date from ' ~ daily ~ ' where _load > ' ~ watermark()) }}
    {%- endif -%}
{%- endmacro %}
