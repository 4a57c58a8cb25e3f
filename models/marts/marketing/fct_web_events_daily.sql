-- grain: one row per event_date_key, channel, event_type, sku and utm_source ('' where events name none): kept for ever.
-- event_count and dwell_ms are additive; a session counts once in each row, so session_count is not.
{{ config(
    unique_key=['event_date_key', 'channel', 'event_type', 'sku', 'utm_source'],
    touch_key=['business_date'],
    pre_hook="{{ touched_days_of('int_web_events__daily') }}",
) }}

with

daily as (
    select daily.*
    from {{ ref('int_web_events__daily') }} as daily
    {{ only_touched('daily', ['business_date']) }}
    where daily.event_count > 0
),

final as (
    select
        {{ date_key('business_date') }} as event_date_key,
        channel,
        event_type,
        sku,
        utm_source,
        event_count,
        session_count,
        dwell_ms,
        business_date,
        _load
    from daily
)

select * from final
{{ stored_by('business_date') }}
