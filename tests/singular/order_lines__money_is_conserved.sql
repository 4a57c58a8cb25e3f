-- Invariant 16. Threshold: 0. Window: the whole history. Tier 1.
-- Detects: an amount that staging delivers and the mart does not show, or shows differently.
{{ config(group='platform', meta={'tier': 1, 'owner': 'sales-data', 'invariant': 16}) }}

with

delivered as (
    select *
    from {{ ref('stg_commerce__order_lines') }}
    inner join {{ ref('int_loads__history') }} as loads on _file = loads.file_path and loads.is_current
    qualify row_number() over (partition by order_id, line_no order by updated_at desc nulls last, loads.load_number desc) = 1
),

staged as (
    select
        count(*) as line_count,
        sum((qty - cancelled_qty) * unit_price - discount_amount) as amount
    from delivered
),

marts as (
    select
        count(*) as line_count,
        sum(net_amount_ex_vat + vat_amount) as amount
    from {{ ref('fct_order_lines') }}
),

final as (
    select
        staged.line_count as staged_lines,
        marts.line_count as mart_lines,
        staged.amount as staged_amount,
        marts.amount as mart_amount
    from staged
    cross join marts
    where
        staged.line_count <> marts.line_count
        or coalesce(staged.amount, 0) <> coalesce(marts.amount, 0)
)

select * from final
