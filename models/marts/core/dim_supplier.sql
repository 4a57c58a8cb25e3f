-- grain: one row per supplier_code and version of its tracked (SCD2) attributes, half-open [valid_from, valid_to).
-- Plus the members -1 unknown, -2 not applicable and -3 late arriving.
{{ config(materialized='table') }}

with

{{ scd2_members(
    'snap_suppliers',
    natural_key='supplier_code',
    tracked=[
        'legal_name',
        'payment_terms_days',
        'incoterm',
        'currency_code',
        'contract_lead_time_days',
        'supplier_tier',
        'supplier_status',
        'otif_target',
        'is_deleted',
    ],
    overwritten=[
        'contact_email_hmac',
        'tax_pin_hmac',
    ],
    fixed=[
        'country',
        'onboarded_on',
    ],
) }},

keyed as (
    select
        *,
        {{ surrogate_key(['supplier_code', 'valid_from']) }} as supplier_key
    from members
),

special as (
    {{ special_members('supplier_key', labels=['supplier_code', 'legal_name']) }}
),

all_members as (
    select * from keyed
    union all by name
    select * from special
),

final as (
    select
        supplier_key,
        supplier_code,
        legal_name,
        incoterm,
        currency_code,
        supplier_tier,
        supplier_status,
        country,
        contact_email_hmac,
        tax_pin_hmac,
        payment_terms_days,
        contract_lead_time_days,
        otif_target,
        is_current,
        is_inferred,
        is_deleted,
        onboarded_on,
        valid_from,
        valid_to
    from all_members
)

select * from final
