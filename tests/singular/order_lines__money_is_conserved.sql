-- Invariant 16. Threshold: 0. Window: order lines that came lately (first_tested_load). Tier 1.
-- Detects: a line that staging delivers and the mart does not show, shows in an older version, with another amount, or invents.
{{ config(group='platform', meta={'tier': 1, 'owner': 'sales-data', 'invariant': 16}) }}

with

loads as (
    select
        load_number,
        file_path
    from {{ ref('int_loads__history') }}
    where is_current and load_number >= {{ first_tested_load() }}
),

staged as (
    select
        order_lines.order_id,
        order_lines.line_no,
        order_lines.updated_at,
        loads.load_number,
        (order_lines.qty - order_lines.cancelled_qty) * order_lines.unit_price - order_lines.discount_amount as amount
    from {{ ref('stg_commerce__order_lines') }} as order_lines
    inner join loads on order_lines._file = loads.file_path
    where not {{ is_free_sale('order_lines') }}
),

marts as (
    select
        order_id,
        line_no,
        updated_at,
        _load,
        net_amount_ex_vat + vat_amount as amount
    from {{ ref('fct_order_lines') }}
),

lost_or_changed as (
    select
        staged.order_id,
        staged.line_no,
        staged.amount as staged_amount,
        marts.amount as mart_amount
    from staged
    left join marts on staged.order_id = marts.order_id and staged.line_no = marts.line_no
    where
        marts.order_id is null
        or (marts._load = staged.load_number and marts.amount <> staged.amount)
        or (marts._load <> staged.load_number and marts.updated_at < staged.updated_at)
),

invented as (
    select
        marts.order_id,
        marts.line_no,
        cast(null as decimal(18, 2)) as staged_amount,
        marts.amount as mart_amount
    from marts
    anti join staged
        on
            marts.order_id = staged.order_id
            and marts.line_no = staged.line_no
            and marts._load = staged.load_number
    where marts._load >= {{ first_tested_load() }}
),

final as (
    select * from lost_or_changed
    union all
    select * from invented
)

select * from final
