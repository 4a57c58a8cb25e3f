{# Schemas are named once in dbt_project.yml; a prefix with the target's schema would only blur them. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
