-- Invariant 18. Threshold: 0. Window: facts that came lately, and all facts of members whose history changed lately. Tier 1.
-- Detects: a fact that points to a version of its member that was not valid at the time of the event.
{{ config(meta={'tier': 1, 'owner': 'supply-chain-data', 'invariant': 18}) }}

with

ranges as (
    select * from {{ ref('int_dimension_keys__ranges') }}
),

moved_lately as (
    select
        dimension,
        natural_key
    from ranges
    where _load >= {{ first_tested_load() }}
),

changed_members as (
    select
        ranges.dimension,
        ranges.member_key
    from ranges
    semi join moved_lately using (dimension, natural_key)
),

final as (
    {% for use in fact_lookups() -%}
    select
        '{{ use.fact }}' as fact,
        '{{ use.key }}' as member,
        facts.{{ use.key }} as member_key,
        {{ use.event_at }} as event_at
    from {{ ref(use.fact) }} as facts
    inner join {{ ref(use.dimension) }} as members on facts.{{ use.key }} = members.{{ use.key }}
    where
        (
            facts._load >= {{ first_tested_load() }}
            or facts.{{ use.key }} in (
                select changed_members.member_key
                from changed_members
                where changed_members.dimension = '{{ use.dimension }}'
            )
        )
        and members.{{ use.key }} > 0
        and not ({{ use.event_at }} >= members.valid_from and {{ use.event_at }} < members.valid_to)
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from final
