-- grain: one printed invoice line. The file is always delivered whole, so only its newest landing counts.
with

source as (
    select * from {{ source('online_retail', 'lines_2010_2011') }}
),

final as (
    select
        invoice_no,
        stock_code,
        upper(trim(stock_code)) as product_code,
        nullif(trim(description), '') as description,
        cast(customer_id as varchar) as customer_id,
        country,
        quantity,
        unit_price,
        invoiced_at,
        filename as _file
    from source
    where filename = (select max(newest.filename) from source as newest)
)

select * from final
