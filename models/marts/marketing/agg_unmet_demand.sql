-- grain: one row per business_date, kind and wanted of the last 90 days: what visits looked for and did not find. Additive over
-- days: a visit counts on the first day on which it wanted that. kind search: a text without results; kind view: a product that
-- was out of stock in every warehouse that carries it.
{{ config(materialized='table') }}

with

events as (
    select * from {{ ref('fct_web_events') }}
    where event_type = 'view_item' or (event_type = 'search' and results_count = 0)
),

sold_out as (
    select
        sku,
        business_date
    from {{ ref('fct_inventory_daily') }}
    where is_assorted
    group by sku, business_date
    having bool_and(is_stockout)
),

unmet as (
    select
        session_id,
        'search' as kind,
        lower(trim(search_query)) as wanted,
        business_date
    from events
    where event_type = 'search' and search_query is not null
    union all
    select
        events.session_id,
        'view' as kind,
        events.sku as wanted,
        events.business_date
    from events
    inner join sold_out on events.sku = sold_out.sku and events.business_date = sold_out.business_date
    where events.event_type = 'view_item'
),

by_visit as (
    select
        kind,
        wanted,
        session_id,
        business_date,
        count(*) as event_count
    from unmet
    group by kind, wanted, session_id, business_date
),

visits as (
    select
        *,
        min(business_date) over (partition by kind, wanted, session_id) as first_day
    from by_visit
),

final as (
    select
        kind,
        wanted,
        cast(sum(event_count) as bigint) as event_count,
        count(*) filter (where business_date = first_day) as session_count,
        business_date
    from visits
    group by business_date, kind, wanted
)

select * from final
{{ stored_by('business_date') }}
