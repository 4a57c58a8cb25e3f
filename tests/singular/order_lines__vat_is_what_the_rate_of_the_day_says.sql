-- Invariant 10. Threshold: half a cent. Window: order lines that came lately (first_tested_load). Tier 1.
-- Detects: a rate of another class or day, a tax on top of a price that includes it, a class without a rate.
{{ config(meta={'tier': 1, 'owner': 'sales-data', 'invariant': 10}) }}

with

order_lines as (
    select * from {{ ref('fct_order_lines') }}
    where _load >= {{ first_tested_load() }}
),

rates as (
    select * from {{ ref('ref_vat_rates') }}
),

rated as (
    select
        order_lines.order_id,
        order_lines.line_no,
        order_lines.vat_amount,
        order_lines.gross_amount - order_lines.discount_amount as paid_amount,
        rates.vat_rate
    from order_lines
    left join rates
        on
            order_lines.vat_class = rates.vat_class
            and order_lines.business_date >= rates.valid_from
            and order_lines.business_date < rates.valid_to
),

final as (
    select * from rated
    where
        vat_rate is null
        or abs(cast(vat_amount as double) - (paid_amount - paid_amount / (1 + cast(vat_rate as double)))) > 0.00501
)

select * from final
