{# For tables that unite several feeds. Such a table keeps in `_loads` the loads of all rows it was made of and in `_load` the latest
   load at the time it was computed; a key whose records all went away stays as an empty row, so that its readers hear of it. #}

{# Loads whose file has been landed again since this table was last computed; [] on most days, and then nothing is looked for. #}
{% macro replaced_loads() -%}
    {%- if not execute -%}{{ return([]) }}{%- endif -%}
    {%- set result = run_query(
        'select load_number from (select *, max(load_number) over (partition by source_name, table_name, logical_date) as last_load from '
        ~ ref('int_loads__history') ~ ') where not is_current and last_load > ' ~ watermark()
    ) -%}
    {{ return(result.columns[0].values() | map('int') | list) }}
{%- endmacro %}

{# Keys of own rows that were made of a replaced file, as a branch of a union; nothing when no file was replaced. #}
{% macro union_keys_of_replaced_loads(key) -%}
    {%- set loads = replaced_loads() -%}
    {%- if loads %}
    union
    select {{ key | join(', ') }} from {{ this }} where list_has_any(_loads, {{ loads }})
    {%- endif -%}
{%- endmacro %}

{# One list per key of the loads in several relations, made distinct before: DuckDB does not spill lists while they grow, and a list
   per relation needed more than 2 GB for 4.4 million orders. #}
{% macro loads_by_key(key, relations) -%}
    select
        {{ key }},
        list(_load) as loads
    from (
        {%- for relation in relations %}
        select {{ key }}, _load from {{ relation }}
        {{ 'union' if not loop.last }}
        {%- endfor %}
    ) as made_of
    group by {{ key }}
{%- endmacro %}

{# All loads of the given rows and lists of rows, each once, without nulls. #}
{% macro united_loads(single, lists=[]) -%}
    list_sort(list_distinct(
        {%- for list in lists %}list_concat({{ list }}, {% endfor -%}
        [{{ single | join(', ') }}]
        {%- for _ in lists %}){% endfor -%}
    ))
{%- endmacro %}

{# Pre-hook of a fact made of one such table: rows that were computed anew, and rows whose dimension member got, lost or lengthened
   a version that covers the event. `lookups` as in touched_by_versions. #}
{% macro touched_by_rows(entity, key, lookups=[]) -%}
    {%- set ranges = ref('int_dimension_keys__ranges') -%}
    {%- if is_incremental() -%}
    {%- set columns = key | join(', ') -%}
    {%- set since = watermark() -%}
    {%- set select_keys -%}
        select {{ columns }} from {{ ref(entity) }} where _load > {{ since }}
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
        where ranges._load > {{ seen('int_dimension_keys__ranges') }}
        {%- endfor %}
    {%- endset -%}
    {{ collect_touched(select_keys) }}
    {%- endif -%}
{%- endmacro %}

{# In an incremental build only the touched rows of a relation; nothing in a full one. `named`: what the touched keys are called
   there, if not as in the relation. #}
{% macro only_touched(alias, key, named=none) -%}
    {%- if is_incremental() -%}
    semi join {{ touched() }} as touched
        on {% for column in key %}{{ alias }}.{{ column }} = touched.{{ (named or key)[loop.index0] }}{{ ' and ' if not loop.last }}{% endfor %}
    {%- endif -%}
{%- endmacro %}
