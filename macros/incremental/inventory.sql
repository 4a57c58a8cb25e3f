{# Movement types and the measure of a day that adds them up, with the sign of the ledger. #}
{% macro movement_columns() -%}
    {{ return([
        ('OPENING', 'initial_qty'),
        ('RECEIPT', 'received_qty'),
        ('SHIP', 'shipped_qty'),
        ('RETURN_IN', 'returned_in_qty'),
        ('RETURN_TO_VENDOR', 'returned_to_vendor_qty'),
        ('TRANSFER_IN', 'transferred_in_qty'),
        ('TRANSFER_OUT', 'transferred_out_qty'),
        ('ADJUST', 'adjusted_qty'),
        ('WRITE_OFF', 'written_off_qty'),
    ]) }}
{%- endmacro %}

{# Whether the movements of a day, added up by type, brought anything in. #}
{% macro has_inflow() -%}
    greatest({% for _, column in movement_columns() %}{{ column }}{{ ', ' if not loop.last }}{% endfor %}) > 0
{%- endmacro %}

{# Pre-hook: days of any version of a movement that was looked at again (a correction can move it to another day, a withdrawn one
   brings an older version back), and days that were made of a file that has been replaced. #}
{% macro touched_flow_days(versions) -%}
    {%- set history = ref('int_loads__history') -%}
    {%- if is_incremental() -%}
    {%- set select_keys -%}
        select distinct sku, warehouse_code, {{ business_date('moved_at') }} as business_date
        from {{ ref(versions) }}
        where movement_id in (select movement_id from {{ ref(versions) }} where _touched_load > {{ watermark() }})
        union
        select sku, warehouse_code, business_date
        from {{ this }}
        where list_has_any(_loads, (select coalesce(list(load_number), []) from ({{ superseded_loads() }})))
    {%- endset -%}
    {{ collect_touched(select_keys) }}
    {%- endif -%}
{%- endmacro %}

{# Pre-hook: pairs with a changed day; everything from the last row before that day on is computed again. #}
{% macro touched_balances(flows) -%}
    {%- if is_incremental() -%}
    {%- set select_keys -%}
        select
            changed.sku,
            changed.warehouse_code,
            coalesce(max(old.valid_from), min(changed.first_day)) as touch_from
        from (
            select sku, warehouse_code, min(business_date) as first_day
            from {{ ref(flows) }}
            where _load > {{ watermark() }}
            group by sku, warehouse_code
        ) as changed
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

{# Products in warehouses with the first day on which there is something to say of them: what was withdrawn stays as zeros. #}
{% macro inventory_pairs(balances, commitments) -%}
    select sku, warehouse_code, min(valid_from) as first_day
    from (
        select sku, warehouse_code, valid_from from {{ ref(balances) }}
        union all
        select sku, warehouse_code, valid_from from {{ ref(commitments) }}
        where {% for _, measure in commitment_feeds() %}{{ measure }} <> 0{{ ' or ' if not loop.last }}{% endfor %}
    )
    group by sku, warehouse_code
{%- endmacro %}

{# Pre-hook of the dense window: pairs whose flows or commitments changed, whose product or warehouse version did, or whose
   warehouse's count sheet came or went, from that day on. #}
{% macro touched_inventory_days(flows, commitments, sheets) -%}
    {%- set flow_days, ranges = ref(flows), ref('int_dimension_keys__ranges') -%}
    {%- set commitment_rows, sheet_days = ref(commitments), ref(sheets) -%}
    {%- if is_incremental() -%}
    {%- set since = watermark() -%}
    {%- set select_keys -%}
        select sku, warehouse_code, min(first_day) as touch_from
        from (
            select sku, warehouse_code, business_date as first_day
            from {{ flow_days }}
            where _load > {{ since }}
            union all
            select sku, warehouse_code, valid_from as first_day
            from {{ commitment_rows }}
            where _load > {{ since }}
            union all
            select pairs.sku, pairs.warehouse_code, sheets.business_date as first_day
            from ({{ inventory_pairs('fct_inventory_balances', commitments) }}) as pairs
            inner join {{ sheet_days }} as sheets on pairs.warehouse_code = sheets.warehouse_code
            where sheets._load > {{ since }} and sheets.business_date <= (select max(business_date) from {{ this }})
            {%- for dimension, column in [('dim_product', 'sku'), ('dim_warehouse', 'warehouse_code')] %}
            union all
            select pairs.sku, pairs.warehouse_code, {{ business_date('ranges.valid_from') }} as first_day
            from ({{ inventory_pairs('fct_inventory_balances', commitments) }}) as pairs
            inner join {{ ranges }} as ranges
                on ranges.dimension = '{{ dimension }}' and pairs.{{ column }} = ranges.natural_key
            where ranges._load > {{ seen('int_dimension_keys__ranges') }}
            {%- endfor %}
        )
        group by sku, warehouse_code
    {%- endset -%}
    {{ collect_touched(select_keys) }}
    {%- endif -%}
{%- endmacro %}
