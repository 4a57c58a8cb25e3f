-- Invariant 14. Threshold: 0 days. Window: order lines that changed lately (first_tested_load). Tier 1.
-- Detects: an order that was sent before it was approved, say, and is not flagged: its lags would be counted as they are.
{{ config(meta={'tier': 1, 'owner': 'procurement-data', 'invariant': 14}) }}

{% set milestones = ['created', 'approved', 'sent', 'first_receipt', 'invoiced', 'paid'] -%}
{% set earlier = [] -%}
{% for milestone in milestones[1:] -%}
{% do earlier.append(milestone ~ ' < greatest(' ~ milestones[:loop.index] | join(', ') ~ ')') -%}
{% endfor -%}

with

-- -2 is a milestone that was not reached
reached as (
    select
        po_number,
        line_no,
        {% for milestone in milestones -%}
        nullif({{ milestone }}_date_key, -2) as {{ milestone }},
        {% endfor -%}
        nullif(last_receipt_date_key, -2) as last_receipt
    from {{ ref('fct_procurement_pipeline') }}
    where _load >= {{ first_tested_load() }} and not has_milestones_out_of_order
),

final as (
    select * from reached
    where last_receipt < first_receipt or {{ earlier | join(' or ') }}
)

select * from final
