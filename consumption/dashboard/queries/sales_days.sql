-- Net sales of each day, beside those of the same place in the period before.
with

sold as (
    select
        business_date,
        sum(net_amount_ex_vat) as net_sales
    from marts.agg_sales_daily
    where
        business_date between $before_from::date and $date_to::date
        and ($category::varchar[] is null or list_contains($category::varchar[], category))
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], warehouse_code))
        and ($channel::varchar[] is null or list_contains($channel::varchar[], channel))
    group by business_date
),

final as (
    select
        sold.business_date,
        sold.net_sales,
        earlier.net_sales as net_sales_before
    from sold
    left join sold as earlier on sold.business_date = earlier.business_date + ($date_from::date - $before_from::date)::integer
    where sold.business_date >= $date_from::date
)

select * from final
order by business_date;
