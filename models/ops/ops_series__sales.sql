-- grain: one row per table_name, series, metric and bucket_date: what a day of a fact brought.
-- A day is made anew when its rows have changed.
{{ config(
    unique_key=['table_name', 'series', 'metric', 'bucket_date'],
    touch_key=['table_name', 'bucket_date'],
    pre_hook="{{ touched_watched_days('sales') }}",
) }}

with

{% for fact in watched_facts('sales') -%}
series_of_{{ fact.name }} as (
    {{ watched_series_of(fact) }}
),

{% endfor -%}
final as (
    {% for fact in watched_facts('sales') -%}
    select * from series_of_{{ fact.name }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from final
