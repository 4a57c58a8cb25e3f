-- grain: one row per sku, warehouse_code and calendar_month (its first day), closed days only. All amounts are additive.
{{ config(materialized='table') }}

with

closed as (
    select max(business_date) as last_day from {{ ref('fct_inventory_daily') }}
),

months as (
    select
        min(dates.calendar_date) as calendar_month,
        max(dates.calendar_date) as last_day
    from {{ ref('dim_date') }} as dates
    inner join closed on dates.calendar_date <= closed.last_day
    group by dates.calendar_year_month
),

costs as (
    select
        sku,
        standard_cost,
        {{ business_date('valid_from') }} as first_day,
        {{ business_date('valid_to') }} as end_day
    from {{ ref('dim_product') }}
    where product_key > 0
),

stock as (
    select
        balances.sku,
        balances.warehouse_code,
        months.calendar_month,
        round(balances.closing_qty * costs.standard_cost, 2)
        * (
            least(balances.valid_to, costs.end_day, months.last_day + 1)
            - greatest(balances.valid_from, costs.first_day, months.calendar_month)
        ) as stock_value_days
    from {{ ref('fct_inventory_balances') }} as balances
    inner join costs
        on balances.sku = costs.sku and balances.valid_from < costs.end_day and balances.valid_to > costs.first_day
    inner join months
        on
            months.calendar_month < least(balances.valid_to, costs.end_day)
            and months.last_day >= greatest(balances.valid_from, costs.first_day)
    where balances.closing_qty <> 0
),

sales as (
    select
        order_lines.sku,
        order_lines.warehouse_code,
        cast(date_trunc('month', order_lines.business_date) as date) as calendar_month,
        order_lines.cogs_amount,
        order_lines.net_amount_ex_vat - order_lines.cogs_amount as margin_amount
    from {{ ref('fct_order_lines') }} as order_lines
    inner join closed on order_lines.business_date <= closed.last_day
),

payables as (
    select
        pipeline.sku,
        pipeline.warehouse_code,
        cast(date_trunc('month', {{ business_date('pipeline.paid_at') }}) as date) as calendar_month,
        pipeline.accepted_qty_to_date * purchases.unit_cost_kes as paid_cost,
        pipeline.accepted_qty_to_date * purchases.unit_cost_kes
        * {{ days_between(business_date('pipeline.last_receipt_at'), business_date('pipeline.paid_at')) }} as paid_cost_days
    from {{ ref('fct_procurement_pipeline') }} as pipeline
    inner join {{ ref('fct_purchase_order_lines') }} as purchases
        on pipeline.po_number = purchases.po_number and pipeline.line_no = purchases.line_no
    inner join closed on {{ business_date('pipeline.paid_at') }} <= closed.last_day
    where purchases.unit_cost_kes is not null and pipeline.warehouse_code is not null
),

united as (
    select * from stock
    union all by name
    select * from sales
    union all by name
    select * from payables
),

final as (
    select
        {{ member_key('product', 'product_key', 'united.sku') }} as product_key,
        {{ member_key('warehouse', 'warehouse_key', 'united.warehouse_code') }} as warehouse_key,
        united.sku,
        united.warehouse_code,
        {% for name in ['stock_value_days', 'cogs_amount', 'margin_amount', 'paid_cost', 'paid_cost_days'] -%}
        cast(coalesce(sum(united.{{ name }}), 0) as decimal(18, 2)) as {{ name }},
        {% endfor -%}
        united.calendar_month
    from united
    inner join months on united.calendar_month = months.calendar_month
    {{ join_as_of('dim_product', 'product', 'sku', 'united.sku', business_day_close('months.last_day')) }}
    {{ join_as_of(
        'dim_warehouse', 'warehouse', 'warehouse_code', 'united.warehouse_code', business_day_close('months.last_day')
    ) }}
    group by all
)

select * from final
