-- grain: one row per provider and provider_txn_id: M-PESA transactions with the order they pay, other tenders as recorded.
-- A payment that went away stays as an empty row (is_present is false), so that the fact hears of it.
{{ config(unique_key=['provider', 'provider_txn_id'], pre_hook="{{ touched_payments() }}") }}

with

orders as (
    select
        order_id,
        customer_id,
        payment_method,
        order_amount,
        line_count,
        free_line_count,
        paid_at
    from {{ ref('int_orders__milestones') }}
    where has_header
),

known as (
    select
        'mpesa' as provider,
        united.* {{ exclude_columns(['_loads', '_load']) }}
    from {{ ref('int_mpesa_transactions__united') }} as united
    where united.is_present
),

concerned as (
    select known.*
    from known
    {{ only_touched('known', ['provider', 'provider_txn_id']) }}
),

payments as (
    select
        concerned.*,
        orders.order_id,
        case
            when concerned.result_code <> 0 then 'failed'
            when orders.order_id is null then 'suspense'
            when row_number() over (
                partition by orders.order_id, concerned.result_code = 0
                order by concerned.paid_at nulls last, concerned.provider_txn_id nulls last
            ) = 1 then 'matched'
            else 'overpaid'
        end as match_status
    from concerned
    left join orders on concerned.order_reference = orders.order_id
    where concerned.payment_path <> 'reversal'
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
    select * from payments
    union all by name
    select * from reversals
    union all by name
    select
        *,
        true as is_present
    from recorded
),

looked_at as (
    {% if is_incremental() -%}
    select *
    from {{ touched() }}
    left join all_payments using (provider, provider_txn_id)
    {%- else -%}
    select * from all_payments
    {%- endif %}
),

final as (
    select
        looked_at.* {{ exclude_columns(['order_reference', 'is_present']) }},
        coalesce(looked_at.is_present, false) as is_present,
        orders.customer_id,
        {{ latest_load() }} as _load
    from looked_at
    left join orders on looked_at.order_id = orders.order_id
)

select * from final
