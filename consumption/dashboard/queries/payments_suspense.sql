-- M-PESA money without an order at the end of the period, by how long it has waited; a payment less what was given back.
with

waiting as (
    select
        coalesce(reversal_of_txn_id, provider_txn_id) as payment,
        sum(amount) as amount,
        $date_to::date - min(business_date) as age_days
    from marts.fct_payments
    where provider = 'mpesa' and match_status = 'suspense' and business_date <= $date_to::date
    group by coalesce(reversal_of_txn_id, provider_txn_id)
    having sum(amount) <> 0
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
