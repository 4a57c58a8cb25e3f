with

source as (
    select * from {{ source('erp', 'fx_rates') }}
),

final as (
    select
        upper(trim(currency)) as currency_code,
        rate as fx_rate,
        false as is_deleted,
        rate_date,
        created_at,
        updated_at,
        filename as _file
    from source
)

select * from final
