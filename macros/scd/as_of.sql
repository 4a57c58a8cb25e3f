{# Left join of a fact to the version of a member that was valid at the time of the event. #}
{% macro join_as_of(dimension, alias, natural_key, fact_key, event_at) -%}
left join {{ ref(dimension) }} as {{ alias }}
    on
        {{ fact_key }} = {{ alias }}.{{ natural_key }}
        and {{ event_at }} >= {{ alias }}.valid_from
        and {{ event_at }} < {{ alias }}.valid_to
{%- endmacro %}

{# The key a fact stores: -1 when the source names no member, -3 when the member has not arrived yet. #}
{% macro member_key(alias, key, fact_key) -%}
case when {{ fact_key }} is null then -1 else coalesce({{ alias }}.{{ key }}, -3) end
{%- endmacro %}

{# The same where naming no member is usual, such as a sale without a promotion: -2, not applicable. #}
{% macro optional_member_key(alias, key, fact_key) -%}
case when {{ fact_key }} is null then -2 else coalesce({{ alias }}.{{ key }}, -3) end
{%- endmacro %}

{# The key of a member that only the header names: -3 while the header has not arrived. #}
{% macro headed_key(alias) -%}
coalesce({{ alias }}.{{ alias }}_key, -3)
{%- endmacro %}
