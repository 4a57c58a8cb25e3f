-- Failed STK attempts by the code that the provider gave.
with final as (
    select
        case result_code
            when 1 then '1 balance too low'
            when 17 then '17 error or account rule'
            when 1001 then '1001 other payment open'
            when 1019 then '1019 request expired'
            when 1032 then '1032 cancelled by payer'
            when 1037 then '1037 phone not reached'
            when 2001 then '2001 wrong PIN'
            else concat(result_code::varchar, ' other')
        end as reason,
        sum(attempt_count)::bigint as attempts
    from marts.agg_payment_attempts
    where result_code <> 0 and business_date between $date_from::date and $date_to::date
    group by all
)

select * from final
order by attempts desc, reason asc
limit 12;
