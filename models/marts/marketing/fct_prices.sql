-- grain: one row per sku, channel and valid_from: the price that holds until the next one, half-open. No measure is additive.
{% set lookups = [
    {'dimension': 'dim_product', 'column': 'sku', 'event_at': 'entity.valid_from'},
    {'dimension': 'dim_promotion', 'column': 'promo_code', 'event_at': 'entity.valid_from'},
] %}
{{ config(
    unique_key=['sku', 'channel', 'valid_from'],
    touch_key=['sku', 'channel'],
    pre_hook="{{ touched_prices('int_prices__versions', ['sku', 'channel'], " ~ lookups ~ ") }}",
) }}

with

prices as (
    {{ latest_rows('int_prices__versions', ['sku', 'channel']) }}
),

vat_rates as (
    select * from {{ ref('ref_vat_rates') }}
),

intervals as (
    select
        *,
        lead(valid_from) over (partition by sku, channel order by valid_from nulls last) as next_from
    from prices
),

costed as (
    select
        intervals.*,
        {{ member_key('product', 'product_key', 'intervals.sku') }} as product_key,
        {{ optional_member_key('promotion', 'promotion_key', 'intervals.promo_code') }} as promotion_key,
        product.primary_supplier_code as supplier_code,
        product.standard_cost as unit_cost,
        -- what is left of the price without VAT
        coalesce(intervals.promo_price, intervals.list_price) / (1 + vat_rates.vat_rate) as net_price
    from intervals
    {{ join_as_of('dim_product', 'product', 'sku', 'intervals.sku', 'intervals.valid_from') }}
    {{ join_as_of('dim_promotion', 'promotion', 'promo_code', 'intervals.promo_code', 'intervals.valid_from') }}
    left join vat_rates
        on
            product.vat_class = vat_rates.vat_class
            and {{ business_date('intervals.valid_from') }} >= vat_rates.valid_from
            and {{ business_date('intervals.valid_from') }} < vat_rates.valid_to
),

final as (
    select
        costed.sku,
        costed.channel,
        {{ date_key(business_date('costed.valid_from')) }} as valid_from_date_key,
        costed.product_key,
        costed.promotion_key,
        {{ optional_member_key('supplier', 'supplier_key', 'costed.supplier_code') }} as supplier_key,
        costed.supplier_code,
        costed.promo_code,
        costed.list_price,
        costed.promo_price,
        costed.unit_cost,
        cast(round(
            case when costed.net_price > 0 then (costed.net_price - costed.unit_cost) / costed.net_price end, 4
        ) as decimal(9, 4)) as margin_pct,
        costed.next_from is null as is_current,
        {{ business_date('costed.valid_from') }} as business_date,
        costed.valid_from,
        coalesce(costed.next_from, {{ end_of_time() }}) as valid_to,
        costed.updated_at,
        costed._load
    from costed
    {{ join_as_of('dim_supplier', 'supplier', 'supplier_code', 'costed.supplier_code', 'costed.valid_from') }}
)

select * from final
