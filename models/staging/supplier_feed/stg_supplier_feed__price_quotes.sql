with

source as (
    select * from {{ source('supplier_feed', 'price_quotes') }}
),

final as (
    select
        upper(trim(sku)) as sku,
        split_part(quote_file, '_', 3) as supplier_code,
        quote_file,
        supplier_sku,
        ean,
        upper(trim(currency)) as currency_code,
        row_no as row_number,
        cost as quoted_cost,
        moq as minimum_order_qty,
        lead_time as lead_time_days,
        false as is_deleted,
        effective_date,
        filename as _file
    from source
)

select * from final
