-- grain: one row per customer_id, its newest version: what the snapshot looks at.
{{ config(materialized='view') }}

with

versions as (
    select * from {{ ref('int_customers__versions') }}
),

final as (
    select
        customer_id,
        customer_segment,
        loyalty_tier,
        county,
        has_marketing_consent,
        is_deleted,
        email_hmac,
        msisdn_hmac,
        acquisition_channel,
        first_seen_at,
        updated_at
    from versions
    where _is_latest
)

select * from final
