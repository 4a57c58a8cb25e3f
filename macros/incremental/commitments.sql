{# The feeds of what is promised or on its way, and the measure of each: all have sku, warehouse_code, business_date and `_load`. #}
{% macro commitment_feeds() -%}
    {{ return([
        ('int_inventory__reservations', 'reserved_qty'),
        ('int_inventory__transfers', 'in_transit_qty'),
        ('int_purchase_order_lines__daily', 'on_order_qty'),
    ]) }}
{%- endmacro %}

{# Pre-hook: orders with a line or a shipment that was looked at again, and orders made of a file that was replaced. #}
{% macro touched_reservations(lines, shipments, headers) -%}
    {%- set history = ref('int_loads__history') -%}
    {%- if is_incremental() -%}
    {%- set select_keys -%}
        select distinct order_id from {{ ref(lines) }} where _touched_load > {{ watermark() }}
        union
        select distinct order_id from {{ ref(shipments) }} where _touched_load > {{ watermark() }}
        union
        select distinct order_id from {{ ref(headers) }} where _touched_load > {{ watermark() }}
        {{ union_keys_of_replaced_loads(['order_id']) }}
    {%- endset -%}
    {{ collect_touched(select_keys) }}
    {%- endif -%}
{%- endmacro %}

{# Pre-hook: movements that were looked at again and are transfers or once were. #}
{% macro touched_transfers(movements) -%}
    {%- set history = ref('int_loads__history') -%}
    {%- if is_incremental() -%}
    {%- set select_keys -%}
        select movement_id from {{ ref(movements) }}
        where _touched_load > {{ watermark() }} and movement_type in ('TRANSFER_OUT', 'TRANSFER_IN')
        union
        select movement_id from {{ this }}
        where movement_id in (select movement_id from {{ ref(movements) }} where _touched_load > {{ watermark() }})
        {{ union_keys_of_replaced_loads(['movement_id']) }}
    {%- endset -%}
    {{ collect_touched(select_keys) }}
    {%- endif -%}
{%- endmacro %}

{# Pre-hook: pairs with a changed day in any feed; everything from the last row before that day on is computed again. #}
{% macro touched_commitments() -%}
    {%- set relations = [] -%}
    {%- for feed, _ in commitment_feeds() -%}{%- do relations.append(ref(feed)) -%}{%- endfor -%}
    {%- if is_incremental() -%}
    {%- set since = watermark() -%}
    {%- set select_keys -%}
        with changed as (
            select sku, warehouse_code, min(business_date) as first_day
            from (
                {%- for relation in relations %}
                select sku, warehouse_code, business_date from {{ relation }} where _load > {{ since }}
                {{ 'union all' if not loop.last }}
                {%- endfor %}
            )
            group by sku, warehouse_code
        )
        select
            changed.sku,
            changed.warehouse_code,
            coalesce(max(old.valid_from), min(changed.first_day)) as touch_from
        from changed
        left join {{ this }} as old
            on
                changed.sku = old.sku
                and changed.warehouse_code = old.warehouse_code
                and old.valid_from < changed.first_day
        group by changed.sku, changed.warehouse_code
    {%- endset -%}
    {{ collect_touched(select_keys) }}
    {%- endif -%}
{%- endmacro %}

{# Join of a feed to the touched pairs, from their first touched day on; nothing in a full build. #}
{% macro in_touched_days(alias) -%}
    {%- if is_incremental() -%}
    inner join {{ touched() }} as touched
        on
            {{ alias }}.sku = touched.sku
            and {{ alias }}.warehouse_code = touched.warehouse_code
            and {{ alias }}.business_date >= touched.touch_from
    {%- endif -%}
{%- endmacro %}

{# Pre-hook: warehouse days named by any version of a count that was looked at again, and days made of a replaced file. #}
{% macro touched_count_days(counts) -%}
    {%- set history = ref('int_loads__history') -%}
    {%- if is_incremental() -%}
    {%- set select_keys -%}
        select distinct warehouse_code, {{ count_sheet_date('count_id') }} as business_date
        from {{ ref(counts) }}
        where _touched_load > {{ watermark() }}
        {{ union_keys_of_replaced_loads(['warehouse_code', 'business_date']) }}
    {%- endset -%}
    {{ collect_touched(select_keys) }}
    {%- endif -%}
{%- endmacro %}

{# The business date that the name of a count sheet says (stock_20260101_WH01). #}
{% macro count_sheet_date(count_id) -%}
    cast(try_strptime(split_part({{ count_id }}, '_', 2), '%Y%m%d') as date)
{%- endmacro %}
