-- Invariant 8. Threshold: 0. Window: order lines that the pipeline or a receipt touched lately (first_tested_load). Tier 1.
-- Detects: a receipt that the pipeline did not hear of, heard of twice, or still shows after it was withdrawn.
{{ config(meta={'tier': 1, 'owner': 'procurement-data', 'invariant': 8}) }}

with

changed as (
    select
        po_number,
        line_no
    from {{ ref('fct_procurement_pipeline') }}
    where _load >= {{ first_tested_load() }}
    union
    select
        po_number,
        po_line_no as line_no
    from {{ ref('fct_receipts') }}
    where _load >= {{ first_tested_load() }}
),

pipeline as (
    select
        po_number,
        line_no,
        received_qty_to_date,
        accepted_qty_to_date,
        rejected_qty_to_date
    from {{ ref('fct_procurement_pipeline') }}
    semi join changed using (po_number, line_no)
),

receipts as (
    select
        receipt_lines.po_number,
        receipt_lines.po_line_no as line_no,
        sum(receipt_lines.received_qty) as received_qty,
        sum(receipt_lines.accepted_qty) as accepted_qty,
        sum(receipt_lines.rejected_qty) as rejected_qty
    from {{ ref('fct_receipts') }} as receipt_lines
    semi join changed on receipt_lines.po_number = changed.po_number and receipt_lines.po_line_no = changed.line_no
    group by receipt_lines.po_number, receipt_lines.po_line_no
),

final as (
    select *
    from pipeline
    left join receipts using (po_number, line_no)
    where
        pipeline.received_qty_to_date is distinct from coalesce(receipts.received_qty, 0)
        or pipeline.accepted_qty_to_date is distinct from coalesce(receipts.accepted_qty, 0)
        or pipeline.rejected_qty_to_date is distinct from coalesce(receipts.rejected_qty, 0)
)

select * from final
