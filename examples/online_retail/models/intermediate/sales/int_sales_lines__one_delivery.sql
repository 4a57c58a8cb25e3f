-- grain: one printed invoice line; each invoice is taken whole from the newest file that has it.
-- Lines are never compared one by one: without a line number, two equal lines may well be two sales.
with

delivered as (
    select
        *,
        '2009-2010' as delivery
    from {{ ref('stg_online_retail__lines_2009_2010') }}
    union all
    select
        *,
        '2010-2011' as delivery
    from {{ ref('stg_online_retail__lines_2010_2011') }}
),

chosen as (
    select
        invoice_no,
        max(delivery) as delivery
    from delivered
    group by invoice_no
),

final as (
    select delivered.*
    from delivered
    inner join chosen
        on
            delivered.invoice_no = chosen.invoice_no
            and delivered.delivery = chosen.delivery
)

select * from final
