-- grain: one row per provider and provider_txn_id: M-PESA transactions with the order they pay, other tenders as recorded.
-- A payment that went away stays as an empty row (is_present is false), so that the fact hears of it.
{{ config(unique_key=['provider', 'provider_txn_id'], pre_hook="{{ touched_payments() }}") }}

with

orders as (
    select * from {{ ref('int_orders__milestones') }}
    where has_header
),

known as (
    select
        'mpesa' as provider,
        united.*
    from {{ ref('int_mpesa_transactions__united') }} as united
    where united.is_present
),

concerned as (
    select known.*
    from known
    {{ only_touched('known', ['provider', 'provider_txn_id']) }}
),

ranked as (
    select
        concerned.*,
        orders.order_id,
        row_number() over (
            partition by orders.order_id, concerned.result_code = 0
            order by concerned.paid_at nulls last, concerned.provider_txn_id nulls last
        ) as payment_number
    from concerned
    left join orders on concerned.order_reference = orders.order_id
    where concerned.payment_path <> 'reversal'
),

payments as (
    select
        *,
        case
            when result_code <> 0 then 'failed'
            when order_id is null then 'suspense'
            when payment_number = 1 then 'matched'
            else 'overpaid'
        end as match_status
    from ranked
),

reversals as (
    select
        concerned.*,
        payments.order_id,
        -- a reversal shares the fate of its payment: the balance of each status stays right
        case when concerned.result_code <> 0 then 'failed' else coalesce(payments.match_status, 'suspense') end as match_status
    from concerned
    left join payments on concerned.reversal_of_txn_id = payments.provider_txn_id
    where concerned.payment_path = 'reversal'
),

other_tenders as (
    select
        payment_method as provider,
        order_id as provider_txn_id,
        'shop' as payment_path,
        order_id,
        order_amount as amount,
        cast(0 as decimal(18, 2)) as fee_amount,
        'recorded' as match_status,
        false as has_callback,
        false as has_statement,
        false as is_amount_mismatch,
        paid_at
    from orders
    where payment_method <> 'mpesa' and paid_at is not null and (line_count > 0 or free_line_count = 0)
),

recorded as (
    select other_tenders.*
    from other_tenders
    {{ only_touched('other_tenders', ['provider', 'provider_txn_id']) }}
),

all_payments as (
    select * {{ exclude_columns(['payment_number', '_load']) }} from payments
    union all by name
    select * {{ exclude_columns(['_load']) }} from reversals
    union all by name
    select
        *,
        true as is_present
    from recorded
),

payment_keys as (
    select
        provider,
        provider_txn_id
    from {{ touched() if is_incremental() else 'all_payments' }}
),

final as (
    select
        payment_keys.provider,
        payment_keys.provider_txn_id,
        all_payments.* {{ exclude_columns(['provider', 'provider_txn_id', 'order_reference', 'is_present', '_loads']) }},
        coalesce(all_payments.is_present, false) as is_present,
        orders.customer_id,
        {{ latest_load() }} as _load
    from payment_keys
    left join all_payments using (provider, provider_txn_id)
    left join orders on all_payments.order_id = orders.order_id
)

select * from final
