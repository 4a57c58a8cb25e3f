{# Where Ghala keeps its state, written as the user wrote it: the staging views and the manifest must name a file alike. #}
{% macro home() -%} {{ env_var('GHALA_HOME', 'data') }} {%- endmacro %}
