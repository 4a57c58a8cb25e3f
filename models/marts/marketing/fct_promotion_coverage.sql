-- grain: one row per promo_code, sku, scope_type, scope_code and valid_from: what a promotion covers, where.
-- There is no measure: the rows answer what was promoted and did not sell.
{% set lookups = [
    {'dimension': 'dim_promotion', 'column': 'promo_code', 'event_at': 'entity.valid_from'},
    {'dimension': 'dim_product', 'column': 'sku', 'event_at': 'entity.valid_from'},
    {'dimension': 'dim_warehouse', 'column': 'scope_code', 'event_at': 'entity.valid_from'},
] %}
{% set item = ['promo_code', 'sku', 'scope_type', 'scope_code'] %}
{{ config(
    unique_key=['promo_code', 'sku', 'scope_type', 'scope_code', 'valid_from'],
    touch_key=item,
    pre_hook="{{ touched_by_versions('int_promotion_items__versions', " ~ item ~ ", " ~ lookups ~ ") }}",
) }}

with

items as (
    {{ latest_rows('int_promotion_items__versions', item) }}
),

scoped as (
    select
        *,
        case when scope_type = 'warehouse' then upper(trim(scope_code)) end as warehouse_code,
        case when scope_type = 'channel' then scope_code end as channel
    from items
),

final as (
    select
        scoped.promo_code,
        scoped.sku,
        scoped.scope_type,
        scoped.scope_code,
        {{ date_key(business_date('scoped.valid_from')) }} as start_date_key,
        {{ optional_date_key(business_date('scoped.valid_to')) }} as end_date_key,
        {{ member_key('promotion', 'promotion_key', 'scoped.promo_code') }} as promotion_key,
        {{ member_key('product', 'product_key', 'scoped.sku') }} as product_key,
        {{ optional_member_key('warehouse', 'warehouse_key', 'scoped.warehouse_code') }} as warehouse_key,
        scoped.warehouse_code,
        scoped.channel,
        {{ business_date('scoped.valid_from') }} as business_date,
        scoped.valid_from,
        scoped.valid_to,
        scoped.updated_at,
        scoped._load
    from scoped
    {{ join_as_of('dim_promotion', 'promotion', 'promo_code', 'scoped.promo_code', 'scoped.valid_from') }}
    {{ join_as_of('dim_product', 'product', 'sku', 'scoped.sku', 'scoped.valid_from') }}
    {{ join_as_of('dim_warehouse', 'warehouse', 'warehouse_code', 'scoped.warehouse_code', 'scoped.valid_from') }}
)

select * from final
