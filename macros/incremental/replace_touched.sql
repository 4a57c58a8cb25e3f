{# Incremental strategy `replace_touched`: delete what the changed input touches, insert what it now says.

   It differs from dbt's delete+insert in one point: the keys to delete are collected before the model runs (a pre-hook that calls
   `collect_touched`), so a key that no file delivers any longer disappears, instead of staying because nothing replaces it.

   config: touch_key   list of columns that identify what is replaced (default: unique_key)
           touch_from  optional column: only rows at or after `touched.touch_from` of that key are replaced #}
{% macro get_incremental_replace_touched_sql(arg_dict) -%}
    {%- set target = arg_dict['target_relation'] -%}
    {%- set columns = arg_dict['dest_columns'] | map(attribute='quoted') | join(', ') -%}
    {%- set key = config.get('touch_key') or arg_dict['unique_key'] -%}
    {%- set touch_from = config.get('touch_from') -%}
    delete from {{ target }} as old
    using {{ touched() }} as touched
    where
        {% for column in key -%}
        old.{{ column }} = touched.{{ column }}{{ ' and ' if not loop.last }}
        {%- endfor %}
        {%- if touch_from %} and old.{{ touch_from }} >= touched.touch_from{% endif %};
    insert into {{ target }} ({{ columns }})
    select {{ columns }} from {{ arg_dict['temp_relation'] }}
{%- endmacro %}

{# The name of the temporary table of touched keys of the current model. #}
{% macro touched() -%} touched__{{ model.name }} {%- endmacro %}

{# Pre-hook: remember once which keys the new input touches, each once: models join with them. The model and the strategy both
   read that table. #}
{% macro collect_touched(select_keys) -%}
    {%- if is_incremental() -%}
    create or replace temp table {{ touched() }} as select distinct * from ({{ select_keys }}) as keys
    {%- endif -%}
{%- endmacro %}
