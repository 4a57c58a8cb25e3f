-- Supplier OTIF by the week of the promise.
with

final as (
    select
        date_trunc('week', business_date)::date as week,
        sum(otif_line_count) / sum(due_line_count) as supplier_otif
    from marts.agg_supplier_daily
    where
        due_line_count > 0
        and business_date between $date_from::date and $date_to::date
        and ($category::varchar[] is null or list_contains($category::varchar[], category))
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], warehouse_code))
        and ($supplier::varchar[] is null or list_contains($supplier::varchar[], supplier_code))
    group by date_trunc('week', business_date)::date
)

select * from final
order by week;
