-- Share of assorted products that are out of stock, by day.
with

final as (
    select
        business_date,
        sum(stockout_count) / nullif(sum(assorted_count), 0) as stockout_rate
    from marts.agg_stock_daily
    where
        business_date between $date_from::date and $date_to::date
        and ($category::varchar[] is null or list_contains($category::varchar[], category))
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], warehouse_code))
    group by business_date
)

select * from final
order by business_date;
