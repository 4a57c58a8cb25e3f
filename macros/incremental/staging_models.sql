{# The staging model of every landed table. #}
{% macro staging_models() -%}
    {{ return([
        'stg_erp__suppliers', 'stg_erp__products', 'stg_erp__warehouses', 'stg_erp__purchase_orders',
        'stg_erp__purchase_order_lines', 'stg_erp__goods_receipts', 'stg_erp__inventory_ledger',
        'stg_commerce__customers', 'stg_commerce__orders', 'stg_commerce__order_lines', 'stg_commerce__shipment_lines',
        'stg_wms__stock_counts',
    ]) }}
{%- endmacro %}
