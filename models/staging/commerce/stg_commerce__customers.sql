with

source as (
    select * from {{ source('commerce', 'customers') }}
),

final as (
    select
        upper(trim(customer_id)) as customer_id,
        email_hmac,
        msisdn_hmac,
        segment as customer_segment,
        loyalty_tier,
        county,
        acquisition_channel,
        consent_marketing as has_marketing_consent,
        is_deleted,
        first_seen_at,
        created_at,
        updated_at,
        filename as _file
    from source
)

select * from final
