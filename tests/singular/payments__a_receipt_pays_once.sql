-- Invariant 13. Threshold: 0. Window: messages whose receipt came lately (first_tested_load). Tier 2.
-- Detects: one receipt of M-PESA that was reported for two requests, or by two kinds of message.
{{ config(severity='warn', meta={'tier': 2, 'owner': 'payments-data', 'invariant': 13}) }}

with

messages as (
    select
        trans_id as receipt_number,
        trans_id as message_id,
        'c2b' as message_kind,
        _load
    from {{ ref('int_mpesa_confirmations__versions') }}
    where _is_latest
    union all
    select
        receipt_number,
        checkout_request_id as message_id,
        'stk' as message_kind,
        _load
    from {{ ref('int_mpesa_callbacks__versions') }}
    where _is_latest and receipt_number is not null
    union all
    select
        trans_id as receipt_number,
        trans_id as message_id,
        'reversal' as message_kind,
        _load
    from {{ ref('int_mpesa_reversals__versions') }}
    where _is_latest
),

final as (
    select
        receipt_number,
        count(*) as message_count,
        min(message_kind) as first_kind,
        max(message_kind) as last_kind
    from messages
    group by receipt_number
    having count(*) > 1 and max(_load) >= {{ first_tested_load() }}
)

select * from final
