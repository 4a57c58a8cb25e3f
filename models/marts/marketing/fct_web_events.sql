-- grain: one row per event_id, the last 90 days; older days live on in fct_web_events_daily. event_count and dwell_ms add up.
{% set lookups = [
    {'dimension': 'dim_product', 'column': 'sku', 'event_at': 'occurred_at'},
    {'dimension': 'dim_customer', 'column': 'customer_id', 'event_at': 'occurred_at'},
    {'dimension': 'dim_promotion', 'column': 'utm_campaign', 'event_at': 'occurred_at'},
] %}
{% set first_day %}(
    select max(loads.logical_date) - 89
    from {{ ref('int_loads__history') }} as loads
    where loads.is_current and loads.staging_model = 'stg_web__events'
){% endset %}
{{ config(
    unique_key=['event_id'],
    pre_hook="{{ touched_by_versions('int_web_events__versions', ['event_id'], " ~ lookups ~ ") }}",
    post_hook="delete from {{ this }} where business_date < (
        select max(logical_date) - 89 from {{ ref('int_loads__history') }} where is_current and staging_model = 'stg_web__events')",
) }}

with

web_events as (
    {{ latest_rows('int_web_events__versions', ['event_id']) }}
),

joined as (
    select
        web_events.event_id,
        {{ date_key(business_date('web_events.occurred_at')) }} as event_date_key,
        {{ optional_member_key('product', 'product_key', 'web_events.sku') }} as product_key,
        {{ member_key('customer', 'customer_key', 'web_events.customer_id') }} as customer_key,
        -- a campaign need not be a promotion
        coalesce(promotion.promotion_key, -2) as promotion_key,
        web_events.session_id,
        web_events.anonymous_id as anon_id,
        web_events.customer_id,
        web_events.event_type,
        web_events.channel,
        web_events.sku,
        web_events.search_query,
        web_events.results_count,
        web_events.utm_source,
        web_events.utm_medium,
        web_events.utm_campaign,
        cast(1 as bigint) as event_count,
        web_events.dwell_ms,
        {{ business_date('web_events.occurred_at') }} as business_date,
        web_events.occurred_at,
        web_events._load
    from web_events
    {{ join_as_of('dim_product', 'product', 'sku', 'web_events.sku', 'web_events.occurred_at') }}
    {{ join_as_of('dim_customer', 'customer', 'customer_id', 'web_events.customer_id', 'web_events.occurred_at') }}
    {{ join_as_of('dim_promotion', 'promotion', 'promo_code', 'web_events.utm_campaign', 'web_events.occurred_at') }}
),

-- after the joins: before them it makes the events look few, so that they become their hash tables (6.2 million: out of 4 GB)
final as (
    select * from joined
    where business_date >= {{ first_day }}
)

select * from final
{{ stored_by('business_date') }}
