{# What a table has seen of inputs that carry the load of the build which made them (key ranges, weekly demand). Such an input runs ahead
   of the loads in a fact's own rows: by its watermark, a fact whose source sends weekly looked at seven million rows again each day (16 s).
   So the fact keeps, as comment of its column `_load`, the highest `_load` that each such input held when the fact was built; the comment
   commits with the rows. #}
{% macro inputs_ahead() -%} {{ return(['int_dimension_keys__ranges', 'int_demand__weekly']) }} {%- endmacro %}

{# Post-hook of facts: remember it. #}
{% macro remember_seen() -%}
    {%- if execute and config.get('materialized') == 'incremental' -%}
    {%- set seen = {} -%}
    {%- for id in model.depends_on.nodes if id.split('.')[-1] in inputs_ahead() -%}
        {%- do seen.update({id.split('.')[-1]: watermark(graph.nodes[id].relation_name)}) -%}
    {%- endfor -%}
    {%- if seen %} comment on column {{ this }}._load is '{{ tojson(seen) }}' {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{# The highest `_load` that this table has seen of an input; its watermark where it remembers nothing. #}
{% macro seen(input) -%}
    {%- if not execute -%}{{ return(0) }}{%- endif -%}
    {%- set result = run_query(
        "select comment from duckdb_columns() where column_name = '_load' and database_name = '" ~ this.database
        ~ "' and schema_name = '" ~ this.schema ~ "' and table_name = '" ~ this.identifier ~ "'"
    ) -%}
    {%- set comments = result.columns[0].values() | select | list -%}
    {%- set known = fromjson(comments[0], {}) if comments else {} -%}
    {{ return(known[input] if input in known else watermark()) }}
{%- endmacro %}
