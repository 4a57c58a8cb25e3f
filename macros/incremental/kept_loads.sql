{# All rows of a relation with `_load`: a row that says what it said before keeps its load, so that its readers leave it alone. #}
{% macro keep_loads(relation, key, values) -%}
    select
        {{ relation }}.*,
        {% if is_incremental() -%}
        case
            when (
                earlier._load is null
                {%- for value in values %}
                or {{ relation }}.{{ value }} is distinct from earlier.{{ value }}
                {%- endfor %}
            ) then {{ latest_load() }}
            else earlier._load
        end as _load
        {%- else -%}
        {{ latest_load() }} as _load
        {%- endif %}
    from {{ relation }}
    {% if is_incremental() -%}
    left join {{ this }} as earlier on {{ same_key(relation, 'earlier', key) }}
    {%- endif %}
{%- endmacro %}
