-- grain: one row per delivered version of invoice_number, line_no.
{{ config(
    unique_key=['invoice_number', 'line_no'],
    pre_hook="{{ touched_by_files('stg_erp__supplier_invoices', ['invoice_number', 'line_no']) }}",
) }}

{{ versions_of('stg_erp__supplier_invoices', key=['invoice_number', 'line_no']) }}
