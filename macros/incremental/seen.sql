{# What a table remembers of its inputs, beside the loads in its own rows: JSON in the comment of its column `_load`, which commits
   with the rows. Read once in a run and written only when it changes.

   <input>  The highest `_load` that an input held when the table was built, of inputs that carry the load of the build which made
            them (key ranges, weekly demand). Such an input runs ahead of the loads in a fact's own rows: by its watermark, a fact
            whose source sends weekly looked at seven million rows again each day (16 s).
   since    Only after a build that left out something the table is made of (macros/incremental/left_out.sql): the watermark
            from which that build started. The next whole build starts from it again. #}
{% macro inputs_ahead() -%} {{ return(['int_dimension_keys__ranges', 'int_demand__weekly']) }} {%- endmacro %}

{# Post-hook of incremental models: remember it. #}
{% macro remember_seen() -%}
    {%- if execute and config.get('materialized') == 'incremental' -%}
    {%- set known = {} if should_full_refresh() else remembered() -%}
    {%- set seen = {} -%}
    {%- if leaves_out_an_input() -%}
        {%- do seen.update(known) -%}
        {%- do seen.update({'since': started_from()}) -%}
    {%- else -%}
        {%- for id in model.depends_on.nodes if id.split('.')[-1] in inputs_ahead() -%}
            {%- do seen.update({id.split('.')[-1]: highest_load(graph.nodes[id].relation_name)}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if seen != known %} comment on column {{ this }}._load is {{ "'" ~ tojson(seen) ~ "'" if seen else 'null' }} {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{# The highest `_load` that this table has seen of an input; its watermark where it remembers nothing. #}
{% macro seen(input) -%}
    {%- if not execute -%}{{ return(0) }}{%- endif -%}
    {%- set known = remembered() -%}
    {{ return(known[input] if input in known else watermark()) }}
{%- endmacro %}

{# What this table remembers. #}
{% macro remembered() -%}
    {%- set found = found_in_this_run('remembered') -%}
    {%- if 'comments' not in found -%}
        {%- set result = run_query(
            "select database_name || '.' || schema_name || '.' || table_name, comment from duckdb_columns()"
            ~ " where column_name = '_load' and comment is not null"
        ) -%}
        {%- set comments = {} -%}
        {%- for row in result.rows -%}{%- do comments.update({row[0]: row[1]}) -%}{%- endfor -%}
        {%- do found.update({'comments': comments}) -%}
    {%- endif -%}
    {{ return(fromjson(found['comments'].get([this.database, this.schema, this.identifier] | join('.'), '{}'), {})) }}
{%- endmacro %}
