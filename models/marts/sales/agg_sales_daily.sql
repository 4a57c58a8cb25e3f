-- grain: one row per business_date, warehouse_code, channel, category (as it was when sold) and promo_code. All measures are
-- additive. The code is in it because promotions are counted, and a count of different ones does not add up.
{{ config(materialized='table') }}

with

order_lines as (
    select * from {{ ref('fct_order_lines') }}
),

products as (
    select * from {{ ref('dim_product') }}
),

final as (
    select
        order_lines.warehouse_code,
        order_lines.channel,
        products.category,
        nullif(order_lines.promo_code, '0') as promo_code,
        nullif(order_lines.promo_code, '0') is not null as is_promoted,
        count(*) as line_count,
        cast(sum(order_lines.qty - order_lines.cancelled_qty) as bigint) as sold_qty,
        cast(sum(order_lines.gross_amount) as decimal(18, 2)) as gross_amount,
        cast(sum(order_lines.discount_amount) as decimal(18, 2)) as discount_amount,
        cast(sum(order_lines.net_amount_ex_vat) as decimal(18, 2)) as net_amount_ex_vat,
        cast(sum(order_lines.vat_amount) as decimal(18, 2)) as vat_amount,
        cast(sum(order_lines.cogs_amount) as decimal(18, 2)) as cogs_amount,
        order_lines.business_date
    from order_lines
    inner join products on order_lines.product_key = products.product_key
    group by
        order_lines.business_date,
        order_lines.warehouse_code,
        order_lines.channel,
        products.category,
        nullif(order_lines.promo_code, '0')
)

select * from final
{{ stored_by('business_date') }}
