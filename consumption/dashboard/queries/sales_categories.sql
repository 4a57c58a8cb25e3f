-- Net sales and margin by category, largest first.
with

final as (
    select
        category,
        sum(net_amount_ex_vat) as net_sales,
        sum(net_amount_ex_vat - cogs_amount) / nullif(sum(net_amount_ex_vat), 0) as gross_margin_pct
    from marts.agg_sales_daily
    where
        business_date between $date_from::date and $date_to::date
        and ($category::varchar[] is null or list_contains($category::varchar[], category))
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], warehouse_code))
        and ($channel::varchar[] is null or list_contains($channel::varchar[], channel))
    group by category
)

select * from final
order by net_sales desc nulls last, category asc
limit 15;
