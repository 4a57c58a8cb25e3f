-- grain: one row per business_date, channel, event_type, sku and utm_source ('' where an event names none).
-- A day is added up anew whenever one of its events changed; a day whose events all went away stays as one row of zeros.
-- Days whose files are gone from bronze are never touched again: the sums outlive the detail.
{{ config(
    unique_key=['business_date', 'channel', 'event_type', 'sku', 'utm_source'],
    touch_key=['business_date'],
    pre_hook="{{ touched_web_days() }}",
) }}

with

events as (
    select
        *,
        {{ business_date('occurred_at') }} as business_date
    from {{ ref('int_web_events__versions') }}
    where
        _is_latest and not is_deleted
        {%- if is_incremental() %}
        and {{ business_date('occurred_at') }} in (select touched.business_date from {{ touched() }} as touched)
        {%- endif %}
),

added_up as (
    select
        business_date,
        channel,
        event_type,
        coalesce(sku, '') as sku,
        coalesce(utm_source, '') as utm_source,
        count(*) as event_count,
        count(distinct session_id) as session_count,
        cast(sum(dwell_ms) as bigint) as dwell_ms,
        list(distinct _load) as _loads
    from events
    group by business_date, channel, event_type, coalesce(sku, ''), coalesce(utm_source, '')
),

{% if is_incremental() -%}
quiet_days as (
    select
        touched.business_date,
        '' as channel,
        '' as event_type,
        '' as sku,
        '' as utm_source,
        0 as event_count,
        0 as session_count,
        0 as dwell_ms,
        cast(list_value() as bigint[]) as _loads
    from {{ touched() }} as touched
    anti join added_up on touched.business_date = added_up.business_date
),
{%- endif %}

final as (
    select
        *,
        {{ latest_load() }} as _load
    from added_up
    {%- if is_incremental() %}
    union all by name
    select
        *,
        {{ latest_load() }} as _load
    from quiet_days
    {%- endif %}
)

select * from final
