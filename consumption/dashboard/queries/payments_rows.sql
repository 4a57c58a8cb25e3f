-- Payments of the period that need a look: in suspense, failed or of another amount, the newest first.
with final as (
    select
        business_date,
        provider,
        provider_txn_id as transaction_id,
        payment_path,
        order_id,
        match_status,
        result_code,
        amount,
        fee,
        is_amount_mismatch,
        has_callback,
        has_statement
    from marts.fct_payments
    where
        business_date between $date_from::date and $date_to::date
        and (match_status in ('suspense', 'failed') or is_amount_mismatch)
)

select * from final
order by match_status desc, business_date desc, transaction_id asc
limit 1000;
