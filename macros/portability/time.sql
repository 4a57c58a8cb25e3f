{# Time in Ghala: timestamps are UTC; a business date is the day in Nairobi (EAT, UTC+3, no daylight saving). #}
{% macro business_date(utc_timestamp) -%}
    cast({{ utc_timestamp }} + interval 3 hour as date)
{%- endmacro %}

{# The last microsecond (UTC) of a business date: the instant at which "at the close of the day" is true. #}
{% macro business_day_close(business_date) -%}
    cast({{ business_date }} as timestamp) + interval 21 hour - interval 1 microsecond
{%- endmacro %}

{% macro date_key(date_expression) -%}
    cast(strftime({{ date_expression }}, '%Y%m%d') as integer)
{%- endmacro %}

{# Role-playing date keys of optional milestones: not reached yet is -2 (not applicable), never null. #}
{% macro optional_date_key(date_expression) -%}
    coalesce({{ date_key(date_expression) }}, -2)
{%- endmacro %}

{% macro beginning_of_time() -%} cast('1900-01-01 00:00:00' as timestamp) {%- endmacro %}
{% macro end_of_time() -%} cast('9999-12-31 00:00:00' as timestamp) {%- endmacro %}

{# One row per day, both ends included. #}
{% macro calendar_days(first_day, last_day) -%}
    select cast(unnest(generate_series(date '{{ first_day }}', date '{{ last_day }}', interval 1 day)) as date) as calendar_date
{%- endmacro %}

{# Hours from one timestamp to another with two decimals; null while one of them is unknown, negative when out of order. #}
{% macro hours_between(earlier, later) -%}
    cast(round(date_diff('second', {{ earlier }}, {{ later }}) / 3600.0, 2) as decimal(18, 2))
{%- endmacro %}

{# Days from one date to another; null while one of them is unknown, negative when out of order. #}
{% macro days_between(earlier, later) -%}
    cast({{ later }} - {{ earlier }} as integer)
{%- endmacro %}

{# The Monday of the week of a date. #}
{% macro monday_of(day) -%}
    cast(date_trunc('week', {{ day }}) as date)
{%- endmacro %}
