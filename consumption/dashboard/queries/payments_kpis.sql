-- Money received, M-PESA attempts and matching, now and in the period before. Suspense: all of it that waits at the end.
with

paid as (
    select
        payments.business_date >= $date_from::date as is_now,
        sum(payments.amount) as net_received,
        sum(payments.fee) as fees,
        count(*) filter (where payments.payment_path = 'stk' and payments.result_code = 0)
        / nullif(count(*) filter (where payments.payment_path = 'stk' and payments.result_code is not null), 0)
            as mpesa_success_rate,
        count(*) filter (where payments.provider = 'mpesa' and not payments.is_reversal and payments.match_status = 'matched')
        / nullif(
            count(*) filter (
                where payments.provider = 'mpesa' and not payments.is_reversal and payments.match_status <> 'failed'
            ),
            0
        )
            as payment_match_rate
    from marts.fct_payments as payments
    where payments.business_date between $before_from::date and $date_to::date
    group by payments.business_date >= $date_from::date
),

suspense as (
    select
        coalesce(sum(amount) filter (where business_date <= $date_to::date), 0) as balance_now,
        coalesce(sum(amount) filter (where business_date < $date_from::date), 0) as balance_before
    from marts.fct_payments
    where match_status = 'suspense'
),

final as (
    select
        paid.*,
        case when paid.is_now then suspense.balance_now else suspense.balance_before end as suspense_balance,
        (select min(business_date) from marts.fct_payments) <= $before_from::date as is_comparable
    from paid
    cross join suspense
)

select * from final
order by is_now desc;
