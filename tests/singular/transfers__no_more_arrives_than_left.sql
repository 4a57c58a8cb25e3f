-- Invariant 4. Threshold: 0. Window: transfers with a movement that came lately (first_tested_load). Tier 2.
-- Detects: a transfer that brings more than was sent, before it was sent, or that nobody sent.
{{ config(severity='warn', meta={'tier': 2, 'owner': 'inventory-data', 'invariant': 4}) }}

with

changed as (
    select distinct
        reference_id,
        sku
    from {{ ref('fct_inventory_movements') }}
    where movement_type in ('TRANSFER_OUT', 'TRANSFER_IN') and _load >= {{ first_tested_load() }}
),

transfers as (
    select
        reference_id,
        sku,
        -coalesce(sum(qty_signed) filter (where movement_type = 'TRANSFER_OUT'), 0) as sent_qty,
        coalesce(sum(qty_signed) filter (where movement_type = 'TRANSFER_IN'), 0) as arrived_qty,
        min(moved_at) filter (where movement_type = 'TRANSFER_OUT') as sent_at,
        min(moved_at) filter (where movement_type = 'TRANSFER_IN') as arrived_at
    from {{ ref('fct_inventory_movements') }}
    semi join changed using (reference_id, sku)
    where movement_type in ('TRANSFER_OUT', 'TRANSFER_IN')
    group by reference_id, sku
),

final as (
    select * from transfers
    where arrived_qty > sent_qty or arrived_at < sent_at
)

select * from final
