-- Share of STK attempts that succeed, by hour in Nairobi.
with final as (
    select
        hour_of_day,
        coalesce(sum(attempt_count) filter (where result_code = 0), 0) / sum(attempt_count) as mpesa_success_rate
    from marts.agg_payment_attempts
    where business_date between $date_from::date and $date_to::date
    group by hour_of_day
)

select * from final
order by hour_of_day;
