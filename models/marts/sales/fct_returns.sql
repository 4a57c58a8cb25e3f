-- grain: one row per return_id and line_no, as last reported. Quantities and refund are additive.
{% set lookups = [
    {'dimension': 'dim_product', 'column': 'sku', 'event_at': 'returned_at'},
    {'dimension': 'dim_warehouse', 'column': 'warehouse_code', 'event_at': 'returned_at'},
    {'dimension': 'dim_customer', 'column': 'customer_id', 'event_at': 'returned_at'},
    {'dimension': 'dim_promotion', 'column': 'promo_code', 'event_at': 'placed_at'},
] %}
{{ config(
    unique_key=['return_id', 'line_no'],
    pre_hook="{{ touched_by_rows('int_return_lines__matched', ['return_id', 'line_no'], " ~ lookups ~ ") }}",
) }}

with

return_lines as (
    select return_lines.*
    from {{ ref('int_return_lines__matched') }} as return_lines
    {{ only_touched('return_lines', ['return_id', 'line_no']) }}
    where return_lines.is_present
),

vat_rates as (
    select * from {{ ref('ref_vat_rates') }}
),

final as (
    select
        return_lines.return_id,
        return_lines.line_no,
        {{ date_key(business_date('return_lines.returned_at')) }} as return_date_key,
        {{ optional_date_key(business_date('return_lines.delivered_at')) }} as delivered_date_key,
        {{ member_key('product', 'product_key', 'return_lines.sku') }} as product_key,
        {{ member_key('warehouse', 'warehouse_key', 'return_lines.warehouse_code') }} as warehouse_key,
        {{ member_key('customer', 'customer_key', 'return_lines.customer_id') }} as customer_key,
        {{ optional_member_key('promotion', 'promotion_key', 'return_lines.promo_code') }} as promotion_key,
        return_lines.order_id,
        return_lines.order_line_no,
        return_lines.is_matched,
        return_lines.sku,
        return_lines.warehouse_code,
        return_lines.customer_id,
        return_lines.channel,
        return_lines.reason_code,
        return_lines.batch_no,
        return_lines.return_status,
        return_lines.returned_qty,
        return_lines.restocked_qty,
        return_lines.scrapped_qty,
        return_lines.refund_amount,
        cast(round(return_lines.refund_amount / (1 + coalesce(vat_rates.vat_rate, 0)), 2) as decimal(18, 2)) as refund_ex_vat,
        {{ business_date('return_lines.returned_at') }} as business_date,
        return_lines.placed_at,
        return_lines.returned_at,
        return_lines.refunded_at,
        return_lines.updated_at,
        return_lines._load
    from return_lines
    {{ join_as_of('dim_product', 'product', 'sku', 'return_lines.sku', 'return_lines.returned_at') }}
    {{ join_as_of('dim_warehouse', 'warehouse', 'warehouse_code', 'return_lines.warehouse_code', 'return_lines.returned_at') }}
    {{ join_as_of('dim_customer', 'customer', 'customer_id', 'return_lines.customer_id', 'return_lines.returned_at') }}
    {{ join_as_of('dim_promotion', 'promotion', 'promo_code', 'return_lines.promo_code', 'return_lines.placed_at') }}
    left join vat_rates
        on
            product.vat_class = vat_rates.vat_class
            and {{ business_date('coalesce(return_lines.placed_at, return_lines.returned_at)') }} >= vat_rates.valid_from
            and {{ business_date('coalesce(return_lines.placed_at, return_lines.returned_at)') }} < vat_rates.valid_to
)

select * from final
