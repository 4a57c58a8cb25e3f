{# The three members that every dimension has, so that a fact always finds a row: -1 unknown, -2 not applicable, -3 late arriving
   (its own row comes with a later load, and the facts are keyed again then). `labels` are columns that get the member's name. #}
{% macro special_members(key, labels) -%}
    select
        members.member_key as {{ key }},
        {% for column in labels -%}
        members.label as {{ column }},
        {% endfor -%}
        {{ beginning_of_time() }} as valid_from,
        {{ end_of_time() }} as valid_to,
        true as is_current,
        members.member_key = -3 as is_inferred,
        false as is_deleted
    from (
        values (-1::bigint, 'Unknown'), (-2::bigint, 'Not applicable'), (-3::bigint, 'Late arriving')
    ) as members (member_key, label)
{%- endmacro %}
