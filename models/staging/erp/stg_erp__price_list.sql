with

source as (
    select * from {{ source('erp', 'price_list') }}
),

final as (
    select
        upper(trim(sku)) as sku,
        channel,
        promo_code,
        list_price,
        promo_price,
        is_deleted,
        valid_from,
        created_at,
        updated_at,
        filename as _file
    from source
)

select * from final
