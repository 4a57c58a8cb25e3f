-- Invariant 7. Threshold: 0. Window: receipt lines that came lately (first_tested_load). Tier 2.
-- Detects: goods that arrived and were neither accepted nor refused, or counted twice.
{{ config(severity='warn', meta={'tier': 2, 'owner': 'procurement-data', 'invariant': 7}) }}

with

receipts as (
    select * from {{ ref('fct_receipts') }}
    where _load >= {{ first_tested_load() }}
),

final as (
    select
        grn_number,
        line_no,
        received_qty,
        accepted_qty,
        rejected_qty
    from receipts
    where received_qty <> accepted_qty + rejected_qty
)

select * from final
