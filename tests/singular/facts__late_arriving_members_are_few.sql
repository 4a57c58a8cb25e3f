-- Invariant 17. Threshold: 0.1 % of a fact's rows. Window: the whole history. Tier 2.
-- (That every key is in its dimension is a relationships test of tier 1.)
-- Detects: master data that lags behind, so that facts wait for their members under the key -3.
{{ config(severity='warn', meta={'tier': 2, 'owner': 'supply-chain-data', 'invariant': 17}) }}

with

shares as (
    {% for use in fact_lookups() -%}
    select
        '{{ use.fact }}' as fact,
        '{{ use.key }}' as member,
        count(*) filter (where {{ use.key }} = -3) as late_rows,
        count(*) as all_rows
    from {{ ref(use.fact) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select * from shares
    where late_rows > 0.001 * all_rows
)

select * from final
