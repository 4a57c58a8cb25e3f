{# The stage that a purchase order line has reached, the furthest first (ref_procurement_stages). #}
{% macro procurement_stage() -%}
case
    when wanted_qty <= 0 and received_qty_to_date = 0 then 'cancelled'
    when paid_at is not null then 'paid'
    when invoiced_date is not null then 'invoiced'
    when received_qty_to_date > 0 and received_qty_to_date >= wanted_qty then 'received'
    when received_qty_to_date > 0 then 'partially_received'
    when sent_at is not null then 'sent'
    when approved_at is not null then 'approved'
    else 'created'
end
{%- endmacro %}

{# True if a milestone is reached that comes after one which was reached later. Those not reached yet do not count.
   moments: UTC times in the order they should have; then a date without time, and a last moment. #}
{% macro out_of_order(moments, day, last_moment) -%}
coalesce(
    {% for later in moments[1:] -%}
    {{ later }} < greatest({{ moments[:loop.index] | join(', ') }})
    or {% endfor -%}
    {{ day }} < {{ business_date('greatest(' ~ moments | join(', ') ~ ')') }}
    or {{ business_date(last_moment) }} < {{ day }},
    false
)
{%- endmacro %}
