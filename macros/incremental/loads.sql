{# Load numbers, the one notion of "new" in this project (docs/adr/0004).
   Each landed file has a growing load number, and each row carries in `_load` the number of the file that brought it.
   The watermark of a table is the highest `_load` it holds: it commits together with the rows, so a build that died half way
   resumes where each table stands. A load that brought no rows is simply looked at again: that costs an empty scan. #}
{% macro watermark(relation=none) -%}
    {%- set relation = relation or this -%}
    {%- if not execute -%}{{ return(0) }}{%- endif -%}
    {%- set result = run_query('select coalesce(max(_load), 0) from ' ~ relation) -%}
    {{ return(result.columns[0].values()[0] | int) }}
{%- endmacro %}

{# Numbers of loads whose file has since been landed again: rows that carry them are no longer delivered by any file. #}
{% macro superseded_loads() -%}
    select load_number from {{ ref('int_loads__history') }} where not is_current
{%- endmacro %}

{% macro latest_load() -%}
    (select coalesce(max(load_number), 0) from {{ ref('int_loads__history') }})
{%- endmacro %}

{# The last day of which the source has been landed; null before the first one. #}
{% macro last_closed_day(staging) -%}
    (select max(logical_date) from {{ ref('int_loads__history') }} where is_current and staging_model = '{{ staging }}')
{%- endmacro %}
