-- grain: one printed invoice line, each that was delivered; what is odd about a line is said by a flag, nothing is left out.
with

lines as (
    select * from {{ ref('int_sales_lines__one_delivery') }}
),

final as (
    select
        invoice_no,
        stock_code,
        product_code,
        description,
        customer_id,
        country,
        delivery,
        quantity,
        unit_price,
        cast(quantity * unit_price as decimal(18, 3)) as amount,
        regexp_matches(product_code, '^[0-9]{5}') as is_product,
        invoice_no like 'C%' as is_cancellation,
        invoice_no like 'A%' as is_adjustment,
        unit_price < 0 as is_price_negative,
        cast(invoiced_at as date) as business_date,
        invoiced_at
    from lines
)

select * from final
