-- Share of the units received in the period that inspection refused, by category: the worst first.
with

final as (
    select
        category,
        sum(rejected_qty) / nullif(sum(received_qty), 0) as reject_rate
    from marts.agg_receipts_daily
    where
        business_date between $date_from::date and $date_to::date
        and ($category::varchar[] is null or list_contains($category::varchar[], category))
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], warehouse_code))
        and ($supplier::varchar[] is null or list_contains($supplier::varchar[], supplier_code))
    group by category
    having sum(received_qty) > 0
)

select * from final
order by reject_rate desc nulls last, category asc
limit 10;
