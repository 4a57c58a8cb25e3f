-- grain: one row per order_id and line_no, as last reported. unit_price is not additive; all amounts and quantities are.
{% set lookups = [
    {'dimension': 'dim_product', 'column': 'sku', 'event_at': 'placed_at'},
    {'dimension': 'dim_warehouse', 'column': 'warehouse_code', 'event_at': 'placed_at'},
    {'dimension': 'dim_customer', 'column': 'customer_id', 'event_at': 'placed_at'},
    {'dimension': 'dim_promotion', 'column': 'promo_code', 'event_at': 'placed_at'},
] %}
{{ config(
    unique_key=['order_id', 'line_no'],
    pre_hook="{{ touched_by_versions('int_order_lines__versions', ['order_id', 'line_no'], " ~ lookups ~ ") }}",
) }}

with

order_lines as (
    {{ latest_rows('int_order_lines__versions', ['order_id', 'line_no'], only='not ' ~ is_free_sale('entity')) }}
),

vat_rates as (
    select * from {{ ref('ref_vat_rates') }}
),

looked_up as (
    select
        order_lines.*,
        {{ member_key('product', 'product_key', 'order_lines.sku') }} as product_key,
        {{ member_key('warehouse', 'warehouse_key', 'order_lines.warehouse_code') }} as warehouse_key,
        {{ member_key('customer', 'customer_key', 'order_lines.customer_id') }} as customer_key,
        {{ optional_member_key('promotion', 'promotion_key', 'order_lines.promo_code') }} as promotion_key,
        {{ business_date('order_lines.placed_at') }} as business_date,
        vat_rates.vat_rate,
        coalesce(product.standard_cost, 0) as standard_cost,
        (order_lines.qty - order_lines.cancelled_qty) * order_lines.unit_price as gross_amount
    from order_lines
    {{ join_as_of('dim_product', 'product', 'sku', 'order_lines.sku', 'order_lines.placed_at') }}
    {{ join_as_of('dim_warehouse', 'warehouse', 'warehouse_code', 'order_lines.warehouse_code', 'order_lines.placed_at') }}
    {{ join_as_of('dim_customer', 'customer', 'customer_id', 'order_lines.customer_id', 'order_lines.placed_at') }}
    {{ join_as_of('dim_promotion', 'promotion', 'promo_code', 'order_lines.promo_code', 'order_lines.placed_at') }}
    left join vat_rates
        on
            order_lines.vat_class = vat_rates.vat_class
            and {{ business_date('order_lines.placed_at') }} >= vat_rates.valid_from
            and {{ business_date('order_lines.placed_at') }} < vat_rates.valid_to
),

taxed as (
    select
        *,
        -- shelf prices include VAT: the tax is what remains above the net price
        cast(round(
            (gross_amount - discount_amount) - (gross_amount - discount_amount) / (1 + vat_rate), 2
        ) as decimal(18, 2)) as vat_amount
    from looked_up
),

final as (
    select
        order_id,
        line_no,
        {{ date_key('business_date') }} as order_date_key,
        product_key,
        warehouse_key,
        customer_key,
        promotion_key,
        sku,
        warehouse_code,
        customer_id,
        channel,
        order_status,
        promo_code,
        vat_class,
        qty,
        cancelled_qty,
        unit_price,
        cast(gross_amount as decimal(18, 2)) as gross_amount,
        discount_amount,
        cast(gross_amount - discount_amount - vat_amount as decimal(18, 2)) as net_amount_ex_vat,
        vat_amount,
        cast(round((qty - cancelled_qty) * standard_cost, 2) as decimal(18, 2)) as cogs_amount,
        business_date,
        placed_at,
        updated_at,
        _load
    from taxed
)

select * from final
{{ stored_by('business_date') }}
