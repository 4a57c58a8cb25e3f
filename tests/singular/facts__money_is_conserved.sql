-- Invariant 16. Threshold: 0. Window: rows of the feeds that came lately (first_tested_load), latest version of each key. Tier 1.
-- Detects: a row that a feed delivers and the fact does not show, shows with another amount, or invents.
-- (A sale of nothing is a movement that only order lines deliver; these have a test of their own, M-PESA has its statement.)
{{ config(group='platform', meta={'tier': 1, 'owner': 'supply-chain-data', 'invariant': 16}) }}

{% set feeds = [
    ('int_return_lines__versions', 'fct_returns', ['return_id', 'line_no'], 'refund_amount', 'refund_amount'),
    ('int_shipment_lines__versions', 'fct_shipments', ['shipment_id', 'line_no'], 'freight_amount', 'freight_amount'),
    ('int_goods_receipts__versions', 'fct_receipts', ['grn_number', 'line_no'], 'accepted_qty * unit_cost', 'received_cost'),
    ('int_inventory_movements__versions', 'fct_inventory_movements', ['movement_id'], 'qty_signed * unit_cost', 'cost_amount'),
] -%}
{% set since = first_tested_load() -%}

with

{% for entity, fact, key, delivered, shown in feeds -%}
{{ fact }}_changed as (
    select {{ key | join(', ') }} from {{ ref(entity) }}
    where _load >= {{ since }}
    union
    select {{ key | join(', ') }} from {{ ref(fact) }}
    where _load >= {{ since }}
),

{{ fact }}_delivered as (
    select
        {{ key | join(', ') }},
        cast(round({{ delivered }}, 2) as decimal(18, 2)) as delivered_amount
    from {{ ref(entity) }}
    {{ 'semi join ' ~ fact ~ '_changed using (' ~ key | join(', ') ~ ')' if since }}
    where _is_latest and not is_deleted
),

{{ fact }}_shown as (
    select
        {{ key | join(', ') }},
        {{ shown }} as shown_amount
    from {{ ref(fact) }}
    {{ 'semi join ' ~ fact ~ '_changed using (' ~ key | join(', ') ~ ')' if since }}
    {%- if fact == 'fct_inventory_movements' %}
    where reference_type is distinct from 'FREE_SALE'
    {%- endif %}
),

{% endfor -%}

final as (
    {% for _, fact, key, _, _ in feeds -%}
    select
        '{{ fact }}' as fact,
        {{ key | join(" || ' ' || ") }} as fact_key,
        delivered.delivered_amount,
        shown.shown_amount
    from {{ fact }}_delivered as delivered
    full join {{ fact }}_shown as shown using ({{ key | join(', ') }})
    where
        delivered.{{ key[0] }} is null
        or shown.{{ key[0] }} is null
        or abs(delivered.delivered_amount - shown.shown_amount) > 0.01
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from final
