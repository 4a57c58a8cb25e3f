-- Money received by day and provider, reversals taken off.
with final as (
    select
        business_date,
        provider,
        sum(amount) as amount
    from marts.agg_payments_daily
    where business_date between $date_from::date and $date_to::date
    group by business_date, provider
)

select * from final
order by sum(amount) over (partition by provider) desc, provider asc, business_date asc;
