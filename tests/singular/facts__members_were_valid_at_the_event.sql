-- Invariant 18. Threshold: 0. Window: the whole history. Tier 1.
-- Detects: a fact that points to a version of its member that was not valid at the time of the event.
{{ config(meta={'tier': 1, 'owner': 'supply-chain-data', 'invariant': 18}) }}

with

final as (
    {% for use in fact_lookups() -%}
    select
        '{{ use.fact }}' as fact,
        '{{ use.key }}' as member,
        facts.{{ use.key }} as member_key,
        {{ use.event_at }} as event_at
    from {{ ref(use.fact) }} as facts
    inner join {{ ref(use.dimension) }} as members on facts.{{ use.key }} = members.{{ use.key }}
    where members.{{ use.key }} > 0 and not ({{ use.event_at }} >= members.valid_from and {{ use.event_at }} < members.valid_to)
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from final
