with

source as (
    select * from {{ source('web', 'events') }}
),

final as (
    select
        event_id,
        session_id,
        anon_id as anonymous_id,
        upper(trim(customer_id)) as customer_id,
        event_type,
        channel,
        upper(trim(sku)) as sku,
        query as search_query,
        utm_source,
        utm_medium,
        utm_campaign,
        results as results_count,
        dwell_ms,
        false as is_deleted,
        ts_client as client_at,
        ts_server as occurred_at,
        ts_server as updated_at,
        filename as _file
    from source
)

select * from final
