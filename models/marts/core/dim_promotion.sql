-- grain: one row per promo_code and version of its tracked (SCD2) attributes, half-open [valid_from, valid_to).
-- Plus the members -1 unknown, -2 not applicable (sold without a promotion) and -3 late arriving.
{{ config(materialized='table') }}

with

{{ scd2_members(
    'snap_promotions',
    natural_key='promo_code',
    tracked=[
        'mechanic',
        'funding',
        'promotion_status',
        'discount_pct',
        'discount_amount',
        'budget_amount',
        'is_deleted',
    ],
    overwritten=[
        'promotion_name',
    ],
    fixed=[
        'planned_start',
        'planned_end',
    ],
) }},

keyed as (
    select
        *,
        {{ surrogate_key(['promo_code', 'valid_from']) }} as promotion_key
    from members
),

special as (
    {{ special_members('promotion_key', labels=['promo_code', 'promotion_name']) }}
),

all_members as (
    select * from keyed
    union all by name
    select * from special
),

final as (
    select
        promotion_key,
        promo_code,
        promotion_name,
        mechanic,
        funding,
        promotion_status,
        discount_pct,
        discount_amount,
        budget_amount,
        is_current,
        is_inferred,
        is_deleted,
        planned_start,
        planned_end,
        valid_from,
        valid_to
    from all_members
)

select * from final
