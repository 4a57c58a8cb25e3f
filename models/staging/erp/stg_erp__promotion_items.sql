with

source as (
    select * from {{ source('erp', 'promotion_items') }}
),

final as (
    select
        promo_code,
        upper(trim(sku)) as sku,
        scope_type,
        scope_code,
        is_deleted,
        valid_from,
        valid_to,
        created_at,
        updated_at,
        filename as _file
    from source
)

select * from final
