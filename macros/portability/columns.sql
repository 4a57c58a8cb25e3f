{# `select *` without some columns. #}
{% macro exclude_columns(columns) -%} exclude ({{ columns | join(', ') }}) {%- endmacro %}
