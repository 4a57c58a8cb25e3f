{# The number of a transaction that an answer to a request tells of: the receipt on success, else that of the request itself. #}
{% macro transaction_of_callback(callback) -%}
    coalesce(case when {{ callback }}.result_code = 0 then {{ callback }}.receipt_number end, {{ callback }}.checkout_request_id)
{%- endmacro %}

{# Pre-hook of the M-PESA transactions: numbers that any of the provider's feeds, or the shop's requests, said something new of. #}
{% macro touched_mpesa_transactions() -%}
    {%- set statement, confirmations = ref('int_mpesa_statement_lines__versions'), ref('int_mpesa_confirmations__versions') -%}
    {%- set reversals, callbacks = ref('int_mpesa_reversals__versions'), ref('int_mpesa_callbacks__versions') -%}
    {%- set requests, history = ref('int_payment_requests__versions'), ref('int_loads__history') -%}
    {%- if is_incremental() -%}
    {%- set since = watermark() -%}
    {%- set select_keys -%}
        select receipt_number as provider_txn_id from {{ statement }} where _touched_load > {{ since }}
        union
        select trans_id from {{ confirmations }} where _touched_load > {{ since }}
        union
        select trans_id from {{ reversals }} where _touched_load > {{ since }}
        union
        select {{ transaction_of_callback('callbacks') }} from {{ callbacks }} as callbacks
        where
            callbacks._touched_load > {{ since }}
            or callbacks.checkout_request_id in (
                select checkout_request_id from {{ requests }} where _touched_load > {{ since }}
            )
        {{ union_keys_of_replaced_loads(['provider_txn_id']) }}
    {%- endset -%}
    {{ collect_touched(select_keys) }}
    {%- endif -%}
{%- endmacro %}

{# Pre-hook of the matched payments. Which success of an order is the first depends on all of them, and a reversal shares the fate
   of its payment: so all transactions of an order are matched together, and reversals with their payments. #}
{% macro touched_payments() -%}
    {%- set transactions, orders = ref('int_mpesa_transactions__united'), ref('int_orders__milestones') -%}
    {%- if is_incremental() -%}
    {%- set since = watermark() -%}
    {%- set select_keys -%}
        with changed as (
            select provider_txn_id, order_reference, reversal_of_txn_id from {{ transactions }} where _load > {{ since }}
        ),
        concerned as (
            select provider_txn_id from changed
            union
            select reversal_of_txn_id from changed where reversal_of_txn_id is not null
        ),
        changed_orders as (
            select order_id from {{ orders }} where _load > {{ since }}
            union
            select order_id from {{ this }} where provider = 'mpesa' and provider_txn_id in (select provider_txn_id from concerned)
            union
            select order_reference from {{ transactions }}
            where provider_txn_id in (select provider_txn_id from concerned)
        ),
        originals as (
            select provider_txn_id from {{ transactions }} where order_reference in (select order_id from changed_orders)
            union
            select provider_txn_id from concerned
        )
        select 'mpesa' as provider, provider_txn_id from originals
        union
        select 'mpesa', provider_txn_id from {{ transactions }}
        where reversal_of_txn_id in (select provider_txn_id from originals)
        union
        select payment_method, order_id from {{ orders }} where _load > {{ since }} and payment_method <> 'mpesa'
        union
        select provider, provider_txn_id from {{ this }} where order_id in (select order_id from changed_orders)
    {%- endset -%}
    {{ collect_touched(select_keys) }}
    {%- endif -%}
{%- endmacro %}
