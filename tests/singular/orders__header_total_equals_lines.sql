-- Invariant 9. Threshold: 0.01 per line. Window: orders that came lately. Tier 2.
-- Detects: an order whose total is not the sum of its lines minus discount plus shipping.
{{ config(severity='warn', meta={'tier': 2, 'owner': 'sales-data', 'invariant': 9}) }}

with

changed as (
    select order_id from {{ ref('int_orders__versions') }}
    where _load >= {{ first_tested_load() }}
    union
    select order_id from {{ ref('fct_order_lines') }}
    where _load >= {{ first_tested_load() }}
),

orders as (
    select
        order_id,
        order_amount,
        shipping_fee
    from {{ ref('int_orders__versions') }}
    semi join changed using (order_id)
    where _is_latest and not is_deleted
),

lines as (
    select
        order_id,
        sum(gross_amount - discount_amount) as lines_amount,
        count(*) as line_count
    from {{ ref('fct_order_lines') }}
    semi join changed using (order_id)
    group by order_id
),

final as (
    select *
    from orders
    full join lines using (order_id)
    where
        orders.order_amount is null
        or lines.lines_amount is null
        or abs(orders.order_amount - orders.shipping_fee - lines.lines_amount) > 0.01 * lines.line_count
)

select * from final
