-- grain: one row per customer_id and version of its tracked (SCD2) attributes, half-open [valid_from, valid_to).
-- Plus the members -1 unknown, -2 not applicable and -3 late arriving.
{{ config(materialized='table') }}

with

{{ scd2_members(
    'snap_customers',
    natural_key='customer_id',
    tracked=[
        'customer_segment',
        'loyalty_tier',
        'county',
        'has_marketing_consent',
        'is_deleted',
    ],
    overwritten=[
        'email_hmac',
        'msisdn_hmac',
    ],
    fixed=[
        'acquisition_channel',
        'first_seen_at',
    ],
) }},

keyed as (
    select
        *,
        {{ surrogate_key(['customer_id', 'valid_from']) }} as customer_key
    from members
),

special as (
    {{ special_members('customer_key', labels=['customer_id', 'customer_segment']) }}
),

all_members as (
    select * from keyed
    union all by name
    select * from special
),

final as (
    select
        customer_key,
        customer_id,
        customer_segment,
        loyalty_tier,
        county,
        acquisition_channel,
        email_hmac,
        msisdn_hmac,
        has_marketing_consent,
        is_current,
        is_inferred,
        is_deleted,
        first_seen_at,
        valid_from,
        valid_to
    from all_members
)

select * from final
