{# The SCD2 dimensions: surrogate key and natural key of each, and the attributes that facts copy or reckon with. #}
{% macro scd2_dimensions() -%}
    {{ return([
        {
            'name': 'dim_product', 'key': 'product_key', 'natural_key': 'sku',
            'copied': ['standard_cost', 'product_status', 'vat_class', 'primary_supplier_code'],
        },
        {'name': 'dim_warehouse', 'key': 'warehouse_key', 'natural_key': 'warehouse_code', 'copied': []},
        {'name': 'dim_supplier', 'key': 'supplier_key', 'natural_key': 'supplier_code', 'copied': []},
        {'name': 'dim_customer', 'key': 'customer_key', 'natural_key': 'customer_id', 'copied': []},
        {'name': 'dim_promotion', 'key': 'promotion_key', 'natural_key': 'promo_code', 'copied': []},
    ]) }}
{%- endmacro %}

{% macro current_key_ranges() -%}
    {% for dimension in scd2_dimensions() -%}
    select
        '{{ dimension.name }}' as dimension,
        {{ dimension.key }} as member_key,
        {{ dimension.natural_key }} as natural_key,
        valid_from,
        valid_to,
        {{ surrogate_key(dimension.copied) if dimension.copied else 'cast(0 as bigint)' }} as copied_hash
    from {{ ref(dimension.name) }}
    where {{ dimension.key }} > 0
    {{ 'union all' if not loop.last }}
    {% endfor %}
{%- endmacro %}

{# Keys that are new, gone, valid for another time than before, or (a replaced file brings another version of the same
   start) of other attributes. #}
{% macro changed_key_ranges() -%}
    select
        dimension,
        member_key,
        ranges.valid_to < old.valid_to and ranges.copied_hash = old.copied_hash as is_shortened,
        old._load as previous_load
    from ({{ current_key_ranges() }}) as ranges
    full join {% if is_incremental() %}(select * from {{ this }} where is_active){% else %}(select null){% endif %} as old
        using (dimension, member_key)
    where
        ranges.valid_from is distinct from old.valid_from
        or ranges.valid_to is distinct from old.valid_to
        or ranges.copied_hash is distinct from old.copied_hash
{%- endmacro %}
