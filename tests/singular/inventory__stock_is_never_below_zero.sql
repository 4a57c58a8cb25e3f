-- Invariant 5. Threshold: 0. Window: balances that were computed lately (first_tested_load). Tier 2.
-- Detects: more stock leaving than there was: a movement that is missing, late, or booked for the wrong product or warehouse.
{{ config(severity='warn', meta={'tier': 2, 'owner': 'inventory-data', 'invariant': 5}) }}

with

balances as (
    select * from {{ ref('fct_inventory_balances') }}
    where _load >= {{ first_tested_load() }}
),

final as (
    select
        sku,
        warehouse_code,
        valid_from,
        closing_qty
    from balances
    where closing_qty < 0
)

select * from final
