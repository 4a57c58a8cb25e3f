-- M-PESA money of the time until the end of the period that still waits for an order, by how long it had waited then.
with

waiting as (
    select
        amount,
        $date_to::date - business_date as age_days
    from marts.agg_suspense
    where business_date <= $date_to::date
),

final as (
    select
        case
            when age_days <= 1 then '1 · up to a day'
            when age_days <= 7 then '2 · up to a week'
            when age_days <= 30 then '3 · up to 30 days'
            else '4 · longer'
        end as waited,
        sum(amount) as amount
    from waiting
    group by all
)

select * from final
order by waited;
