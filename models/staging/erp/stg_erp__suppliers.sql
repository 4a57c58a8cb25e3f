with

source as (
    select * from {{ source('erp', 'suppliers') }}
),

final as (
    select
        upper(trim(supplier_code)) as supplier_code,
        legal_name,
        incoterm,
        currency as currency_code,
        tier as supplier_tier,
        status as supplier_status,
        country,
        contact_email_hmac,
        tax_pin_hmac,
        payment_terms_days,
        contract_lead_time_days,
        otif_target,
        is_deleted,
        onboarded_on,
        created_at,
        updated_at,
        filename as _file
    from source
)

select * from final
