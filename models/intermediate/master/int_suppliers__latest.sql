-- grain: one row per supplier_code, its newest version: what the snapshot looks at.
{{ config(materialized='view') }}

with

versions as (
    select * from {{ ref('int_suppliers__versions') }}
),

final as (
    select
        supplier_code,
        legal_name,
        payment_terms_days,
        incoterm,
        currency_code,
        contract_lead_time_days,
        supplier_tier,
        supplier_status,
        otif_target,
        is_deleted,
        contact_email_hmac,
        tax_pin_hmac,
        country,
        onboarded_on,
        updated_at
    from versions
    where _is_latest
)

select * from final
