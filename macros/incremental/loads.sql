{# Load numbers, the one notion of "new" in this project (docs/adr/0004).
   Each landed file has a growing load number, and each row carries in `_load` the number of the file that brought it.
   The watermark of a table is the highest `_load` it holds: it commits together with the rows, so a build that died half way
   resumes where each table stands. A load that brought no rows is simply looked at again: that costs an empty scan.
   After a build that left out an input it is what it was before that build. Asked once for each table in a run. #}
{% macro watermark() -%}
    {%- if not execute -%}{{ return(0) }}{%- endif -%}
    {%- set watermarks = found_in_this_run('watermarks') -%}
    {%- if this | string not in watermarks -%}
        {%- set held = highest_load(this) -%}
        {%- do watermarks.update({this | string: [held, remembered().get('since', held)] | min}) -%}
    {%- endif -%}
    {{ return(watermarks[this | string]) }}
{%- endmacro %}

{% macro highest_load(relation) -%}
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

{# What the nodes of this run tell each other, so that each thing is asked once: a dict by its name, empty at first. `graph` is what
   they share, and outlives the run where a parsed project serves several. #}
{% macro found_in_this_run(name) -%}
    {%- if graph.get('ghala', {}).get('run') != invocation_id -%}
        {%- do graph.update({'ghala': {'run': invocation_id}}) -%}
    {%- endif -%}
    {{ return(graph['ghala'].setdefault(name, {})) }}
{%- endmacro %}
