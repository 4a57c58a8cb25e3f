{# The tables from which the rows of a day of a watched fact come. A day is judged once all of them have landed it. #}
{% macro watched_feeds() -%}
    {{ return({
        'fct_order_lines': ['stg_commerce__order_lines'],
        'fct_shipments': ['stg_commerce__shipment_lines'],
        'fct_returns': ['stg_commerce__return_lines'],
        'fct_order_fulfilment': ['stg_commerce__orders', 'stg_commerce__order_lines'],
        'fct_web_events_daily': ['stg_web__events'],
        'fct_payments': [
            'stg_commerce__orders', 'stg_mpesa__statements', 'stg_mpesa__reversals', 'stg_mpesa__stk_callbacks',
            'stg_mpesa__c2b_confirmations',
        ],
        'fct_receipts': ['stg_erp__goods_receipts'],
        'fct_purchase_order_lines': ['stg_erp__purchase_orders', 'stg_erp__purchase_order_lines'],
        'fct_inventory_movements': ['stg_erp__inventory_ledger', 'stg_commerce__order_lines'],
        'fct_inventory_daily': ['stg_erp__inventory_ledger'],
    }) }}
{%- endmacro %}

{# The last day of each watched fact that all of its feeds have landed. A landed (UTC) day ends three hours after the business day of
   the same date, so it completes that one and holds the first hours of the next. #}
{% macro complete_days() -%}
    {% for fact, feeds in watched_feeds().items() -%}
    select
        '{{ fact }}' as table_name,
        least({% for feed in feeds %}{{ last_closed_day(feed) }}{{ ', ' if not loop.last }}{% endfor %}) as last_day
    {{ 'union all' if not loop.last }}
    {% endfor %}
{%- endmacro %}
