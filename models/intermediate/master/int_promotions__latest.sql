-- grain: one row per promo_code, its newest version: what the snapshot looks at.
{{ config(materialized='view') }}

with

versions as (
    select * from {{ ref('int_promotions__versions') }}
),

final as (
    select
        promo_code,
        mechanic,
        funding,
        promotion_status,
        discount_pct,
        discount_amount,
        budget_amount,
        is_deleted,
        promotion_name,
        planned_start,
        planned_end,
        updated_at
    from versions
    where _is_latest
)

select * from final
