{# Which fact looks which member up, and at what time: the tests of invariants 17 and 18 go through this list. #}
{% macro fact_lookups() -%}
    {%- set uses = [] -%}
    {%- set facts = {
        'fct_order_lines': {'placed_at': ['product', 'warehouse', 'customer', 'promotion']},
        'fct_order_fulfilment': {'placed_at': ['warehouse', 'customer']},
        'fct_shipments': {'shipped_at': ['product', 'warehouse', 'customer']},
        'fct_returns': {'returned_at': ['product', 'warehouse', 'customer'], 'placed_at': ['promotion']},
        'fct_payments': {'paid_at': ['customer']},
        'fct_web_events': {'occurred_at': ['product', 'customer', 'promotion']},
        'fct_receipts': {'received_at': ['product', 'warehouse', 'supplier']},
        'fct_inventory_movements': {'moved_at': ['product', 'warehouse']},
        'fct_inventory_daily': {business_day_close('business_date'): ['product', 'warehouse']},
        'fct_stock_counts': {'counted_at': ['product', 'warehouse']},
        'fct_purchase_order_lines': {'ordered_at': ['product', 'warehouse', 'supplier']},
        'fct_procurement_pipeline': {'created_at': ['product', 'warehouse', 'supplier']},
        'fct_prices': {'facts.valid_from': ['product', 'promotion', 'supplier']},
        'fct_promotion_coverage': {'facts.valid_from': ['product', 'promotion', 'warehouse']},
        'fct_demand_forecasts': {business_day_close('run_date'): ['product', 'warehouse']},
    } -%}
    {%- for fact, lookups in facts.items() -%}
        {%- for event_at, members in lookups.items() -%}
            {%- for member in members -%}
                {%- do uses.append(
                    {'fact': fact, 'event_at': event_at, 'dimension': 'dim_' ~ member, 'key': member ~ '_key'}
                ) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(uses) }}
{%- endmacro %}
