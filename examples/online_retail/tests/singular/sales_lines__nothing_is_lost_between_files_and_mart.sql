-- Threshold: 0. Window: both files whole. Tier 1.
-- Detects: a line lost, doubled or changed on the way: expected is the newer file and what only the older one has.
with

expected_lines as (
    select
        invoice_no,
        quantity,
        unit_price
    from {{ ref('stg_online_retail__lines_2010_2011') }}
    union all
    select
        older.invoice_no,
        older.quantity,
        older.unit_price
    from {{ ref('stg_online_retail__lines_2009_2010') }} as older
    anti join {{ ref('stg_online_retail__lines_2010_2011') }} as newer on older.invoice_no = newer.invoice_no
),

expected as (
    select
        invoice_no,
        count(*) as line_count,
        sum(quantity) as quantity,
        sum(quantity * unit_price) as amount
    from expected_lines
    group by invoice_no
),

actual as (
    select
        invoice_no,
        count(*) as line_count,
        sum(quantity) as quantity,
        sum(amount) as amount
    from {{ ref('fct_sales_lines') }}
    group by invoice_no
),

final as (
    select *
    from expected
    full join actual using (invoice_no)
    where
        expected.line_count is distinct from actual.line_count
        or expected.quantity is distinct from actual.quantity
        or expected.amount is distinct from actual.amount
)

select * from final
