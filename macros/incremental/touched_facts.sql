{# Pre-hook of a fact: the keys whose row may differ after this build.
   1. keys with a newer version, 2. keys whose row came from a file that has been replaced, 3. keys without a row whose
   older version is the latest again, because a deletion is no longer delivered, 4. keys whose dimension member got, lost or lengthened a version that covers the event: they are looked up again.

   entity      the versions model the fact is made of; key: its unique key
   row_key     what tells the fact's rows apart, if more than what is touched together
   lookups     [{dimension, column (natural key), event_at}] as used by the fact's as-of joins #}
{% macro touched_by_versions(entity, key, lookups=[], row_key=none) -%}
    {#- named outside of the condition, so that dbt sees the dependencies when it parses -#}
    {%- set ranges, history = ref('int_dimension_keys__ranges'), ref('int_loads__history') -%}
    {%- if is_incremental() -%}
    {%- set columns = key | join(', ') -%}
    {%- set since = watermark() -%}
    {%- set select_keys -%}
        select {{ columns }} from {{ ref(entity) }} where _load > {{ since }}
        union
        select {{ columns }} from {{ this }} where _load in ({{ superseded_loads() }})
        union
        select {{ columns }}
        from {{ ref(entity) }} as entity
        anti join {{ this }} as made on {{ same_key('entity', 'made', row_key or key) }}
        where entity._touched_load > {{ since }} and entity._is_latest and not entity.is_deleted
        {%- for lookup in lookups %}
        union
        select {{ columns }}
        from {{ ref(entity) }} as entity
        inner join {{ ranges }} as ranges
            on
                ranges.dimension = '{{ lookup.dimension }}'
                and entity.{{ lookup.column }} = ranges.natural_key
                and {{ lookup.event_at }} >= ranges.valid_from
                and {{ lookup.event_at }} < ranges.valid_to
        where ranges._load > {{ seen('int_dimension_keys__ranges') }} and entity._is_latest
        {%- endfor %}
    {%- endset -%}
    {{ collect_touched(select_keys) }}
    {%- endif -%}
{%- endmacro %}

{# The rows a fact is made of: the latest version of each key, in an incremental build only of touched keys.
   only    further condition on the rows, named `entity` #}
{% macro latest_rows(entity, key, only=none) -%}
    select entity.* {{ exclude_columns(['_is_latest', '_touched_load']) }}
    from {{ ref(entity) }} as entity
    {% if is_incremental() -%}
    semi join {{ touched() }} as touched on {{ same_key('entity', 'touched', key) }}
    {% endif -%}
    where entity._is_latest and not entity.is_deleted{{ ' and ' ~ only if only }}
{%- endmacro %}
