-- The suppliers that keep the fewest promises, beside their targets; those with five lines or more.
with

due as (
    select
        supplier_code,
        sum(otif_line_count) / sum(due_line_count) as supplier_otif
    from marts.agg_supplier_daily
    where
        business_date between $date_from::date and $date_to::date
        and ($category::varchar[] is null or list_contains($category::varchar[], category))
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], warehouse_code))
        and ($supplier::varchar[] is null or list_contains($supplier::varchar[], supplier_code))
    group by supplier_code
    having sum(due_line_count) >= 5
),

final as (
    select
        due.supplier_code,
        suppliers.legal_name as supplier,
        due.supplier_otif,
        suppliers.otif_target::double as otif_target
    from due
    inner join marts.dim_supplier as suppliers on due.supplier_code = suppliers.supplier_code and suppliers.is_current
)

select * from final
order by supplier_otif asc, supplier_code asc
limit 10;
