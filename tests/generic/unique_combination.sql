{# Tier 1. No two rows share the given columns: the grain that the model promises.
   Detects: a key that was inserted beside its former row. Looks at keys that changed lately (first_tested_load). #}
{% test unique_combination(model, columns) %}
select
    {{ columns | join(', ') }},
    count(*) as row_count
from {{ model }}
where ({{ columns | join(', ') }}) in (
    select ({{ columns | join(', ') }}) from {{ model }} where _load >= {{ first_tested_load() }}
)
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
