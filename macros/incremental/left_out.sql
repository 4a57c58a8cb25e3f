{# Builds that leave something out: `dbt build --select`, `dbt run` (no snapshots), assets chosen in Dagster.

   What they leave out catches up with the load number that what they built already has, because both carry the latest load. So a
   table that was built without one of its inputs starts again from where it stood before, as soon as all are built
   together (`since` in macros/incremental/seen.sql). Which those are is known without a query: dbt says what it was asked for. #}
{% macro leaves_out_an_input() -%} {{ return(is_behind(model.depends_on.nodes, tables_left_out())) }} {%- endmacro %}

{# The tables and snapshots that this run does not build. Seeds have no loads, and the list of loads only says which there are. #}
{% macro tables_left_out() -%}
    {%- set found = found_in_this_run('left out') -%}
    {%- if 'tables' not in found -%}
        {%- set chosen, tables = set(selected_resources), {} -%}
        {%- for id, node in graph.nodes.items() if node.resource_type in ('model', 'snapshot') and id not in chosen -%}
            {%- if node.config.materialized != 'view' and node.name != 'int_loads__history' -%}
                {%- do tables.update({id: true}) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- do found.update({'tables': tables}) -%}
    {%- endif -%}
    {{ return(found['tables']) }}
{%- endmacro %}

{# Whether any of the nodes is in `behind` or made of one that is; what is found out of a node is kept there. #}
{% macro is_behind(ids, behind) -%}
    {%- if not behind -%}{{ return(false) }}{%- endif -%}
    {%- for id in ids if id in graph.nodes -%}
        {%- if id not in behind -%}
            {%- do behind.update({id: is_behind(graph.nodes[id].depends_on.nodes, behind)}) -%}
        {%- endif -%}
        {%- if behind[id] -%}{{ return(true) }}{%- endif -%}
    {%- endfor -%}
    {{ return(false) }}
{%- endmacro %}

{# From where the build of this table started: from its watermark, or when it is made from nothing from the last load that was
   published, because what is published was built as a whole. #}
{% macro started_from() -%}
    {%- set watermarks = found_in_this_run('watermarks') -%}
    {{ return(watermarks[this | string] if this | string in watermarks else last_published_load()) }}
{%- endmacro %}
