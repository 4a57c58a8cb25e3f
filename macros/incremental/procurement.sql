{# Pre-hook: purchase order lines that were looked at again, those of such orders, and those made of a file that was replaced. #}
{% macro touched_purchase_order_lines(lines, orders) -%}
    {%- set history = ref('int_loads__history') -%}
    {%- if is_incremental() -%}
    {%- set select_keys -%}
        select po_number, line_no from {{ ref(lines) }} where _touched_load > {{ watermark() }}
        union
        select po_number, line_no
        from {{ ref(lines) }}
        where po_number in (select po_number from {{ ref(orders) }} where _touched_load > {{ watermark() }})
        {{ union_keys_of_replaced_loads(['po_number', 'line_no']) }}
    {%- endset -%}
    {{ collect_touched(select_keys) }}
    {%- endif -%}
{%- endmacro %}

{# Pre-hook of what is told per line of an order by a later document (receipts, invoices): lines named by any version of such a
   document that was looked at again, lines that changed themselves, and lines made of a file that was replaced. #}
{% macro touched_by_documents(documents, lines=none) -%}
    {%- set history = ref('int_loads__history') -%}
    {%- set line_rows = ref(lines) if lines else none -%}
    {%- if is_incremental() -%}
    {%- set select_keys -%}
        select po_number, po_line_no as line_no from {{ ref(documents) }} where _touched_load > {{ watermark() }}
        {%- if lines %}
        union
        select po_number, line_no from {{ line_rows }} where _load > {{ watermark() }}
        {%- endif %}
        {{ union_keys_of_replaced_loads(['po_number', 'line_no']) }}
    {%- endset -%}
    {{ collect_touched(select_keys) }}
    {%- endif -%}
{%- endmacro %}

{# Pre-hook: as any fact made of rows, and lines whose order date is in a changed range of rates or of the supplier's quotes. #}
{% macro touched_by_costs(entity, key, lookups, rates, quotes) -%}
    {%- set rate_ranges, quote_ranges = ref(rates), ref(quotes) -%}
    {{- touched_by_rows(entity, key, lookups) -}}
    {%- if is_incremental() -%}
    ;
    insert into {{ touched() }}
    select lines.po_number, lines.line_no
    from {{ ref(entity) }} as lines
    inner join (
        select distinct valid_from, valid_to from {{ rate_ranges }} where _load > {{ watermark() }}
    ) as ranges
        on {{ business_date('lines.ordered_at') }} >= ranges.valid_from and {{ business_date('lines.ordered_at') }} < ranges.valid_to
    union
    select lines.po_number, lines.line_no
    from {{ ref(entity) }} as lines
    inner join {{ quote_ranges }} as ranges
        on
            lines.supplier_code = ranges.supplier_code
            and lines.sku = ranges.sku
            and {{ business_date('lines.ordered_at') }} >= ranges.valid_from
            and {{ business_date('lines.ordered_at') }} < ranges.valid_to
    where ranges._load > {{ watermark() }}
    {%- endif -%}
{%- endmacro %}

{# Pre-hook of the pipeline: lines, receipts or invoices that changed, keys of dimensions, and promises whose day has passed since. #}
{% macro touched_pipeline(lines, receipts, invoices, key, lookups) -%}
    {%- set receipt_rows, invoice_rows, history = ref(receipts), ref(invoices), ref('int_loads__history') -%}
    {{- touched_by_rows(lines, key, lookups) -}}
    {%- if is_incremental() -%}
    ;
    insert into {{ touched() }}
    select po_number, line_no from {{ receipt_rows }} where _load > {{ watermark() }}
    union
    select po_number, line_no from {{ invoice_rows }} where _load > {{ watermark() }}
    union
    select po_number, line_no from {{ this }} where is_due = 0 and promised_date <= {{ last_closed_day('stg_erp__goods_receipts') }}
    {%- endif -%}
{%- endmacro %}
