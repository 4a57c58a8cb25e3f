-- grain: one row per po_number and line_no that was ever invoiced.
-- A line whose invoices all went away stays as a row of zeros: it tells the pipeline to look again.
{{ config(
    unique_key=['po_number', 'line_no'],
    pre_hook="{{ touched_by_documents('int_supplier_invoices__versions') }}",
) }}

with

invoices as (
    select entity.* from {{ ref('int_supplier_invoices__versions') }} as entity
    {{ only_touched('entity', ['po_number', 'po_line_no'], named=['po_number', 'line_no']) }}
    where entity._is_latest and not entity.is_deleted
),

keys as (
    {% if is_incremental() -%}
    select * from {{ touched() }}
    {%- else -%}
    select distinct
        po_number,
        po_line_no as line_no
    from invoices
    {%- endif %}
),

final as (
    select
        keys.po_number,
        keys.line_no,
        cast(coalesce(sum(invoices.invoiced_qty), 0) as bigint) as invoiced_qty,
        max(invoices.invoice_date) as last_invoice_date,
        max(invoices.paid_at) as last_paid_at,
        count(*) filter (where invoices.invoice_number is not null and invoices.paid_at is null) as unpaid_count,
        list(distinct invoices._load) filter (where invoices._load is not null) as _loads,
        {{ latest_load() }} as _load
    from keys
    left join invoices on keys.po_number = invoices.po_number and keys.line_no = invoices.po_line_no
    group by keys.po_number, keys.line_no
)

select * from final
