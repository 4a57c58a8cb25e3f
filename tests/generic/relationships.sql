{# Tier 1. Each value of the column is one of `field` in `to`; null is none. In place of dbt's own, which reads the whole history.
   Detects: a fact that points to a member or a code that there is not. Looks at rows that came lately (first_tested_load).
   `changed_only: false` for a relation without `_load`. #}
{% test relationships(model, column_name, to, field, changed_only=true) %}
with

used as (
    select distinct {{ column_name }} as from_field
    from {{ model }}
    where {{ column_name }} is not null {{ 'and _load >= ' ~ first_tested_load() if changed_only }}
)

select used.from_field
from used
left join {{ to }} as known on used.from_field = known.{{ field }}
where known.{{ field }} is null
{% endtest %}
