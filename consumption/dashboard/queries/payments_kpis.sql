-- Money received, M-PESA attempts and matching, now and in the period before. Suspense: what had come in until the end,
-- belongs to no order and was not given back by then, as the metric of that name.
with

paid as (
    select
        business_date >= $date_from::date as is_now,
        sum(amount) as net_received,
        sum(fee) as fees,
        coalesce(
            sum(payment_count) filter (where provider = 'mpesa' and not is_reversal and match_status = 'matched'), 0
        )
        / nullif(
            sum(payment_count) filter (where provider = 'mpesa' and not is_reversal and match_status <> 'failed'), 0
        ) as payment_match_rate
    from marts.agg_payments_daily
    where business_date between $before_from::date and $date_to::date
    group by business_date >= $date_from::date
),

attempts as (
    select
        business_date >= $date_from::date as is_now,
        coalesce(sum(attempt_count) filter (where result_code = 0), 0) / sum(attempt_count) as mpesa_success_rate
    from marts.agg_payment_attempts
    where business_date between $before_from::date and $date_to::date
    group by business_date >= $date_from::date
),

suspense as (
    select
        coalesce(sum(amount) filter (where business_date <= $date_to::date), 0) as balance_now,
        coalesce(sum(amount) filter (where business_date < $date_from::date), 0) as balance_before
    from marts.agg_payments_daily
    where provider = 'mpesa' and match_status = 'suspense'
),

final as (
    select
        paid.*,
        attempts.mpesa_success_rate,
        case when paid.is_now then suspense.balance_now else suspense.balance_before end as suspense_balance,
        (select min(business_date) from marts.agg_payments_daily) <= $before_from::date as is_comparable
    from paid
    left join attempts on paid.is_now = attempts.is_now
    cross join suspense
)

select * from final
order by is_now desc;
