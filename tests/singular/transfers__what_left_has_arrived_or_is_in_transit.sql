-- Invariant 4. Threshold: 0. Window: days of the dense window that were computed lately (first_tested_load). Tier 2.
-- Detects: goods that left a warehouse, did not arrive, and are not on the way either; or that are on the way twice.
{{ config(severity='warn', meta={'tier': 2, 'owner': 'inventory-data', 'invariant': 4}) }}

with

tested_days as (
    select distinct
        sku,
        business_date
    from {{ ref('fct_inventory_daily') }}
    where _load >= {{ first_tested_load() }}
),

in_transit as (
    select
        daily.sku,
        daily.business_date,
        sum(daily.in_transit_qty) as in_transit_qty
    from {{ ref('fct_inventory_daily') }} as daily
    semi join tested_days using (sku, business_date)
    group by daily.sku, daily.business_date
),

-- the ledger itself: what left counts against a sku until it arrives
moved as (
    select
        sku,
        {{ business_date('moved_at') }} as business_date,
        sum(qty_signed) as moved_qty
    from {{ ref('int_inventory_movements__versions') }}
    where _is_latest and not is_deleted and movement_type in ('TRANSFER_OUT', 'TRANSFER_IN')
    group by sku, {{ business_date('moved_at') }}
),

days as (
    select * from moved
    union all
    select
        sku,
        business_date,
        0 as moved_qty
    from tested_days
),

under_way as (
    select distinct
        sku,
        business_date,
        -sum(moved_qty) over (
            partition by sku order by business_date nulls last
            range between unbounded preceding and current row
        ) as under_way_qty
    from days
),

final as (
    select
        in_transit.*,
        under_way.under_way_qty
    from in_transit
    left join under_way using (sku, business_date)
    where in_transit.in_transit_qty is distinct from under_way.under_way_qty
)

select * from final
