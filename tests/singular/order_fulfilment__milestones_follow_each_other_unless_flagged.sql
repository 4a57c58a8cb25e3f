-- Invariant 14. Threshold: 0. Window: orders that changed lately (first_tested_load). Tier 1.
-- Detects: an order that was shipped before it was packed, say, and is not flagged: its lags would be counted as they are.
{{ config(meta={'tier': 1, 'owner': 'sales-data', 'invariant': 14}) }}

{% set milestones = ['placed_at', 'paid_at', 'allocated_at', 'picked_at', 'shipped_at', 'delivered_at', 'closed_at'] -%}
{% set earlier = [] -%}
{% for milestone in milestones[1:] -%}
{% do earlier.append(milestone ~ ' < greatest(' ~ milestones[:loop.index] | join(', ') ~ ')') -%}
{% endfor -%}

with

orders as (
    select * from {{ ref('fct_order_fulfilment') }}
    where _load >= {{ first_tested_load() }} and not has_milestones_out_of_order
),

final as (
    select
        order_id,
        {{ milestones | join(', ') }}
    from orders
    where {{ earlier | join(' or ') }}
)

select * from final
