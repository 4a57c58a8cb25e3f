-- Net sales by week and channel; the first and the last week may be cut off by the period.
with

final as (
    select
        date_trunc('week', business_date)::date as week,
        channel,
        sum(net_amount_ex_vat) as net_sales
    from marts.agg_sales_daily
    where
        business_date between $date_from::date and $date_to::date
        and ($category::varchar[] is null or list_contains($category::varchar[], category))
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], warehouse_code))
        and ($channel::varchar[] is null or list_contains($channel::varchar[], channel))
    group by date_trunc('week', business_date)::date, channel
)

select * from final
order by channel, week;
