{# Rows of an SCD2 dimension from its snapshot, as a chain of CTEs that ends in `members`.

   A new row starts when one of the `tracked` (SCD2) columns changes; other changes of the source only overwrite (SCD1): every row
   of a member shows the newest value of the `overwritten` columns, and that of the oldest version of the `fixed` ones (SCD0). The
   first known version holds since the beginning of time, because a fact can be older than the first delivery of its member. #}
{% macro scd2_members(snapshot, natural_key, tracked, overwritten, fixed) -%}
history as (
    select
        *,
        hash({{ tracked | join(', ') }}) as tracked_hash
    from {{ ref(snapshot) }}
),

compared as (
    select
        *,
        lag(tracked_hash) over (partition by {{ natural_key }} order by valid_from nulls last) as previous_hash
    from history
),

islands as (
    select
        *,
        sum(case when tracked_hash is distinct from previous_hash then 1 else 0 end) over (
            partition by {{ natural_key }} order by valid_from nulls last
        ) as version_number
    from compared
),

collapsed as (
    select
        {{ natural_key }},
        version_number,
        min(valid_from) as source_valid_from,
        max(coalesce(valid_to, {{ end_of_time() }})) as valid_to,
        {% for column in tracked -%}
        arg_min_null({{ column }}, valid_from) as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from islands
    group by {{ natural_key }}, version_number
),

newest as (
    select
        {{ natural_key }}
        {%- for column in overwritten %},
        {{ column }}
        {%- endfor %}
    from history
    where valid_to is null
),

oldest as (
    select
        {{ natural_key }}
        {%- for column in fixed %},
        arg_min_null({{ column }}, valid_from) as {{ column }}
        {%- endfor %}
    from history
    group by {{ natural_key }}
),

members as (
    select
        collapsed.* exclude (source_valid_from, version_number),
        newest.* exclude ({{ natural_key }}),
        oldest.* exclude ({{ natural_key }}),
        case
            when collapsed.version_number = 1 then {{ beginning_of_time() }} else collapsed.source_valid_from
        end as valid_from,
        collapsed.valid_to = {{ end_of_time() }} as is_current,
        false as is_inferred
    from collapsed
    inner join newest using ({{ natural_key }})
    inner join oldest using ({{ natural_key }})
)
{%- endmacro %}
