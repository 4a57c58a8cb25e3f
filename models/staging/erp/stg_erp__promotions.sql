with

source as (
    select * from {{ source('erp', 'promotions') }}
),

final as (
    select
        promo_code,
        name as promotion_name,
        mechanic,
        funding,
        status as promotion_status,
        discount_pct,
        discount_amount,
        budget as budget_amount,
        is_deleted,
        planned_start,
        planned_end,
        created_at,
        updated_at,
        filename as _file
    from source
)

select * from final
