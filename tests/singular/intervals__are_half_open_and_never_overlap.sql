-- Invariant 6, for intervals that may have gaps and need not be current (the others: generic test half_open_history).
-- Threshold: 0. Window: the whole history, which is short. Tier 1.
-- Detects: an interval that ends before it starts, or two that hold at once.
{{ config(group='platform', meta={'tier': 1, 'owner': 'supply-chain-data', 'invariant': 6}) }}

{% set tables = [
    ('fct_promotion_coverage', ['promo_code', 'sku', 'scope_type', 'scope_code']),
    ('ref_vat_rates', ['vat_class']),
] -%}

with

{% for table, member in tables -%}
{{ table }}_intervals as (
    select
        '{{ table }}' as interval_table,
        {{ member | join(" || ' ' || ") }} as member,
        cast(valid_from as timestamp) as valid_from,
        cast(valid_to as timestamp) as valid_to
    from {{ ref(table) }}
),

{% endfor -%}

intervals as (
    {% for table, _ in tables -%}
    select * from {{ table }}_intervals
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

followed as (
    select
        *,
        lead(valid_from) over (
            partition by interval_table, member order by valid_from nulls last, valid_to nulls last
        ) as next_from
    from intervals
),

final as (
    select * from followed
    where
        valid_from is null
        or valid_to is null
        or valid_from >= valid_to
        or next_from < valid_to
)

select * from final
