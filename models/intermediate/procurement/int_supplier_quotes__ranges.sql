-- grain: one row per supplier_code, sku and valid_from: a quote holds from its effective date until the next one.
{{ config(
    unique_key=['supplier_code', 'sku', 'valid_from'],
    touch_key=['supplier_code', 'sku'],
    pre_hook="{{ touched_ranges('int_supplier_quotes__versions', ['supplier_code', 'sku']) }}",
) }}

{{ ranges_of(
    'int_supplier_quotes__versions',
    member=['supplier_code', 'sku'],
    starts='effective_date',
    values=['quoted_cost', 'currency_code'],
) }}
