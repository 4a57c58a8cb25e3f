{# The staging model of every landed table. #}
{% macro staging_models() -%}
    {{ return([
        'stg_erp__suppliers', 'stg_erp__products', 'stg_erp__warehouses', 'stg_erp__purchase_orders',
        'stg_erp__purchase_order_lines', 'stg_erp__goods_receipts', 'stg_erp__inventory_ledger',
        'stg_commerce__customers', 'stg_commerce__orders', 'stg_commerce__order_lines', 'stg_commerce__shipment_lines',
        'stg_commerce__payment_requests', 'stg_commerce__return_lines', 'stg_erp__supplier_invoices', 'stg_erp__price_list',
        'stg_erp__promotions', 'stg_erp__promotion_items', 'stg_erp__fx_rates', 'stg_wms__stock_counts',
        'stg_wms__adjustments', 'stg_wms__delivery_notes', 'stg_supplier_feed__price_quotes', 'stg_mpesa__c2b_confirmations',
        'stg_mpesa__stk_callbacks', 'stg_mpesa__reversals', 'stg_mpesa__statements', 'stg_web__events',
        'stg_forecasts__demand_forecasts',
    ]) }}
{%- endmacro %}
