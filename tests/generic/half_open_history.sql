{# Tier 1, invariant 6. The intervals of a member are half-open and follow each other without overlap or gap; one is current.
   Detects: an interval that ends before it starts, the next one not starting where it ends, none or several current rows.
   `changed_only`: of members that changed lately (first_tested_load), and of them the intervals from the first change on. #}
{% test half_open_history(model, member, changed_only=false) %}
{{ config(meta={'invariant': 6}) }}
with

changed as (
    select
        {{ member | join(', ') }},
        min(valid_from) as changed_from
    from {{ model }}
    where {{ '_load >= ' ~ first_tested_load() if changed_only else 'true' }}
    group by {{ member | join(', ') }}
),

history as (
    select
        {{ member | join(', ') }},
        valid_from,
        valid_to,
        is_current,
        lead(valid_from) over (partition by {{ member | join(', ') }} order by valid_from nulls last) as next_from,
        count(*) filter (where is_current) over (partition by {{ member | join(', ') }}) as current_rows
    from {{ model }}
    inner join changed using ({{ member | join(', ') }})
    where valid_to >= changed_from
)

select * from history
where
    valid_from >= valid_to
    or valid_to is distinct from coalesce(next_from, valid_to)
    or is_current <> (next_from is null)
    or current_rows <> 1
{% endtest %}
