-- Share of STK attempts that succeed, by hour in Nairobi.
with final as (
    select
        extract('hour' from paid_at + interval 3 hour)::integer as hour_of_day,
        count(*) filter (where result_code = 0) / count(*) as mpesa_success_rate
    from marts.fct_payments
    where
        payment_path = 'stk'
        and result_code is not null
        and business_date between $date_from::date and $date_to::date
    group by extract('hour' from paid_at + interval 3 hour)::integer
)

select * from final
order by hour_of_day;
