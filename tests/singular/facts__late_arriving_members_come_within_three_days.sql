-- Invariant 17. Threshold: 3 days. Window: facts that still wait for a member, against the newest landed day. Tier 2.
-- Detects: master data that does not come at all, so that facts stay under the key -3.
{{ config(severity='warn', meta={'tier': 2, 'owner': 'supply-chain-data', 'invariant': 17}) }}

with

newest as (
    select max(logical_date) as newest_day
    from {{ ref('int_loads__history') }}
),

waiting as (
    {% for use in fact_lookups() -%}
    select
        '{{ use.fact }}' as fact,
        '{{ use.key }}' as member,
        count(*) as waiting_rows,
        min({{ use.event_at }}) as oldest_event
    from {{ ref(use.fact) }} as facts
    where facts.{{ use.key }} = -3
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select waiting.*
    from waiting
    cross join newest
    where waiting.waiting_rows > 0 and cast(waiting.oldest_event as date) < newest.newest_day - 3
)

select * from final
