-- grain: one row per business_date, product_key and sku of the last 92 closed days: what was sold, sent and given back on that
-- day, each of the version of the product that held then. All measures are additive. Each fact counts by its own date: a refund
-- on the day on which goods came back.
{{ config(materialized='table') }}

with

closed as (
    select {{ last_closed_day('stg_erp__inventory_ledger') }} as last_day
),

sold as (
    select
        business_date,
        product_key,
        sku,
        count(*) as line_count,
        cast(sum(qty - cancelled_qty) as bigint) as sold_qty,
        sum(discount_amount) as discount_amount,
        sum(net_amount_ex_vat) as net_amount_ex_vat,
        sum(cogs_amount) as cogs_amount
    from {{ ref('fct_order_lines') }}
    where business_date between (select last_day - 91 from closed) and (select last_day from closed)
    group by business_date, product_key, sku
),

sent as (
    select
        business_date,
        product_key,
        sku,
        sum(freight_amount) as freight_amount
    from {{ ref('fct_shipments') }}
    where business_date between (select last_day - 91 from closed) and (select last_day from closed)
    group by business_date, product_key, sku
),

given_back as (
    select
        business_date,
        product_key,
        sku,
        cast(sum(returned_qty) as bigint) as returned_qty,
        sum(refund_amount) as refund_amount
    from {{ ref('fct_returns') }}
    where business_date between (select last_day - 91 from closed) and (select last_day from closed)
    group by business_date, product_key, sku
),

final as (
    select
        product_key,
        sku,
        coalesce(sold.line_count, 0) as line_count,
        coalesce(sold.sold_qty, 0) as sold_qty,
        coalesce(given_back.returned_qty, 0) as returned_qty,
        cast(coalesce(sold.discount_amount, 0) as decimal(18, 2)) as discount_amount,
        cast(coalesce(sold.net_amount_ex_vat, 0) as decimal(18, 2)) as net_amount_ex_vat,
        cast(coalesce(sold.cogs_amount, 0) as decimal(18, 2)) as cogs_amount,
        cast(coalesce(sent.freight_amount, 0) as decimal(18, 2)) as freight_amount,
        cast(coalesce(given_back.refund_amount, 0) as decimal(18, 2)) as refund_amount,
        business_date
    from sold
    full join sent using (business_date, product_key, sku)
    full join given_back using (business_date, product_key, sku)
)

select * from final
{{ stored_by('business_date') }}
