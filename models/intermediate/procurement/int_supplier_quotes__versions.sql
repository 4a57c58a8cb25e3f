-- grain: one row per delivered version of supplier_code, sku, effective_date. Of two rows in one file the later one counts.
{{ config(
    unique_key=['supplier_code', 'sku', 'effective_date'],
    pre_hook="{{ touched_by_files('stg_supplier_feed__price_quotes', ['supplier_code', 'sku', 'effective_date']) }}",
) }}

{{ versions_of(
    'stg_supplier_feed__price_quotes',
    key=['supplier_code', 'sku', 'effective_date'],
    order_by='quote_file desc nulls last, row_number',
) }}
