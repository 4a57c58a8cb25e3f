{# A stock adjustment that somebody rang up at the till: given away to nobody. It is a movement of stock and no sale. #}
{% macro is_free_sale(line) -%}
    ({{ line }}.channel = 'till' and {{ line }}.unit_price = 0 and {{ line }}.customer_id is null)
{%- endmacro %}

{# Pre-hook of the milestones: orders with a change in their header, lines, shipments or delivery notes. #}
{% macro touched_orders() -%}
    {%- set orders, lines = ref('int_orders__versions'), ref('int_order_lines__versions') -%}
    {%- set shipments, notes = ref('int_shipment_lines__versions'), ref('int_delivery_notes__versions') -%}
    {%- set history = ref('int_loads__history') -%}
    {%- if is_incremental() -%}
    {%- set since = watermark() -%}
    {%- set select_keys -%}
        select order_id from {{ orders }} where _touched_load > {{ since }}
        union
        select order_id from {{ lines }} where _touched_load > {{ since }}
        union
        select order_id from {{ shipments }} where _touched_load > {{ since }}
        union
        select order_id
        from {{ shipments }}
        where shipment_id in (select shipment_id from {{ notes }} where _touched_load > {{ since }})
        {{ union_keys_of_replaced_loads(['order_id']) }}
    {%- endset -%}
    {{ collect_touched(select_keys) }}
    {%- endif -%}
{%- endmacro %}

{# Pre-hook of the matched returns: return lines that changed, or whose order line or shipment did. #}
{% macro touched_returns() -%}
    {%- set returns, lines = ref('int_return_lines__versions'), ref('int_order_lines__versions') -%}
    {%- set shipments, history = ref('int_shipment_lines__versions'), ref('int_loads__history') -%}
    {%- if is_incremental() -%}
    {%- set since = watermark() -%}
    {%- set select_keys -%}
        select return_id, line_no from {{ returns }} where _touched_load > {{ since }}
        {%- for feed, line_column in [(lines, 'line_no'), (shipments, 'order_line_no')] %}
        union
        select returns.return_id, returns.line_no
        from {{ returns }} as returns
        semi join (select * from {{ feed }} where _touched_load > {{ since }}) as changed
            on returns.order_id = changed.order_id and returns.order_line_no = changed.{{ line_column }}
        {%- endfor %}
        {{ union_keys_of_replaced_loads(['return_id', 'line_no']) }}
    {%- endset -%}
    {{ collect_touched(select_keys) }}
    {%- endif -%}
{%- endmacro %}
