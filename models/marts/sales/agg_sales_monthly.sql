-- grain: one row per sales_month, product_key and sku: sales of a version of a product, so that its category as sold is known.
-- All measures are additive. Products that have not arrived yet share a key.
{{ config(materialized='table') }}

with

order_lines as (
    select
        *,
        cast(date_trunc('month', business_date) as date) as sales_month
    from {{ ref('fct_order_lines') }}
),

sold as (
    select
        product_key,
        sku,
        count(*) as line_count,
        cast(sum(qty - cancelled_qty) as bigint) as sold_qty,
        cast(sum(gross_amount) as decimal(18, 2)) as gross_amount,
        cast(sum(discount_amount) as decimal(18, 2)) as discount_amount,
        cast(sum(net_amount_ex_vat) as decimal(18, 2)) as net_amount_ex_vat,
        cast(sum(vat_amount) as decimal(18, 2)) as vat_amount,
        cast(sum(cogs_amount) as decimal(18, 2)) as cogs_amount,
        sales_month
    from order_lines
    group by sales_month, product_key, sku
),

products as (
    select * from {{ ref('dim_product') }}
),

-- the categories are here because every question about all months would join a row for each month and product
final as (
    select
        sold.product_key,
        sold.sku,
        versions.category,
        coalesce(today.category, 'Late arriving') as category_today,
        sold.line_count,
        sold.sold_qty,
        sold.gross_amount,
        sold.discount_amount,
        sold.net_amount_ex_vat,
        sold.vat_amount,
        sold.cogs_amount,
        sold.sales_month
    from sold
    inner join products as versions on sold.product_key = versions.product_key
    left join products as today on versions.sku = today.sku and today.is_current
)

select * from final
{{ stored_by('sales_month') }}
