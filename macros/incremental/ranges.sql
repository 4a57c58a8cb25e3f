{# Values that hold from a date until the next one of the same member (exchange rates, quotes), as half-open ranges.

   Members with a touched version are computed anew, but a row keeps its `_load` unless it says something new, and a range that
   vanished stays, inactive: so the facts look up again just the events that a changed range covers.

   versions  the versions model; member: what has ranges; starts: the date from which a version holds; values: what holds #}
{% macro ranges_of(versions, member, starts, values) -%}
with

found as (
    select
        {{ member | join(', ') }},
        {{ starts }} as valid_from,
        coalesce(
            lead({{ starts }}) over (partition by {{ member | join(', ') }} order by {{ starts }} nulls last),
            cast({{ end_of_time() }} as date)
        ) as valid_to,
        {{ values | join(', ') }},
        _load as _source_load
    from {{ ref(versions) }} as entity
    {{ only_touched('entity', member) }}
    where _is_latest and not is_deleted
),

previous as (
    {% if is_incremental() -%}
    select earlier.* from {{ this }} as earlier
    {{ only_touched('earlier', member) }}
    {%- else -%}
    select
        *,
        true as is_active,
        cast(0 as bigint) as _load
    from found
    where false
    {%- endif %}
),

final as (
    select
        {% for column in member + ['valid_from'] -%}
        coalesce(found.{{ column }}, previous.{{ column }}) as {{ column }},
        {% endfor -%}
        {% for column in ['valid_to'] + values + ['_source_load'] -%}
        case when found.valid_from is null then previous.{{ column }} else found.{{ column }} end as {{ column }},
        {% endfor -%}
        found.valid_from is not null as is_active,
        case
            -- a range that only got shorter moves no fact: what it gave up belongs to a new one
            when (
                previous._load is null
                or previous.is_active <> (found.valid_from is not null)
                or found.valid_to > previous.valid_to
                {%- for column in values %}
                or (found.valid_from is not null and found.{{ column }} is distinct from previous.{{ column }})
                {%- endfor %}
            ) then {{ latest_load() }}
            else previous._load
        end as _load
    from found
    full join previous on {{ same_key('found', 'previous', member + ['valid_from']) }}
)

select * from final
{%- endmacro %}

{# Pre-hook of such a model. #}
{% macro touched_ranges(versions, member) -%}
    {%- set history = ref('int_loads__history') -%}
    {%- if is_incremental() -%}
    {%- set replaced = replaced_loads() -%}
    {%- set select_keys -%}
        select {{ member | join(', ') }} from {{ ref(versions) }} where _touched_load > {{ watermark() }}
        {%- if replaced %}
        union
        select {{ member | join(', ') }} from {{ this }} where is_active and _source_load in ({{ replaced | join(', ') }})
        {%- endif %}
    {%- endset -%}
    {{ collect_touched(select_keys) }}
    {%- endif -%}
{%- endmacro %}
