-- Invariant 18. Threshold: 0. Window: facts that came lately, and all facts of members whose history changed lately. Tier 1.
-- Detects: a fact that points to a version of its member that was not valid at the time of the event.
{{ config(meta={'tier': 1, 'owner': 'supply-chain-data', 'invariant': 18}) }}

with

ranges as (
    select * from {{ ref('int_dimension_keys__ranges') }}
),

-- (in a full test every fact came lately)
moved_lately as (
    select
        dimension,
        natural_key
    from ranges
    where _load >= greatest({{ first_tested_load() }}, 1)
),

changed_members as (
    select
        ranges.dimension,
        ranges.member_key
    from ranges
    semi join moved_lately using (dimension, natural_key)
),

came_lately as (
    {% for use in fact_lookups() -%}
    select
        '{{ use.fact }}' as fact,
        '{{ use.key }}' as member,
        facts.{{ use.key }} as member_key,
        {{ use.event_at }} as event_at
    from {{ ref(use.fact) }} as facts
    inner join {{ ref(use.dimension) }} as members on facts.{{ use.key }} = members.{{ use.key }}
    where
        facts._load >= {{ first_tested_load() }}
        and members.{{ use.key }} > 0
        and not ({{ use.event_at }} >= members.valid_from and {{ use.event_at }} < members.valid_to)
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

of_changed_members as (
    {% for use in fact_lookups() -%}
    select
        '{{ use.fact }}' as fact,
        '{{ use.key }}' as member,
        facts.{{ use.key }} as member_key,
        {{ use.event_at }} as event_at
    from {{ ref(use.fact) }} as facts
    inner join changed_members as changed
        on facts.{{ use.key }} = changed.member_key and changed.dimension = '{{ use.dimension }}'
    inner join {{ ref(use.dimension) }} as members on facts.{{ use.key }} = members.{{ use.key }}
    where
        members.{{ use.key }} > 0
        and not ({{ use.event_at }} >= members.valid_from and {{ use.event_at }} < members.valid_to)
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select * from came_lately
    union
    select * from of_changed_members
)

select * from final
