-- Net sales by day, on promotion and without.
with

final as (
    select
        business_date,
        if(is_promoted, 'on promotion', 'without') as series,
        sum(net_amount_ex_vat) as net_sales
    from marts.agg_sales_daily
    where
        business_date between $date_from::date and $date_to::date
        and ($category::varchar[] is null or list_contains($category::varchar[], category))
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], warehouse_code))
        and ($channel::varchar[] is null or list_contains($channel::varchar[], channel))
    group by business_date, is_promoted
)

select * from final
order by series, business_date;
