{# The last words of a fact: its rows are stored in the order of this day. Readers ask for days, and DuckDB skips row groups (122,880
   rows) whose days lie outside. Of 11.1 million order lines a query about 28 days scanned all, now 0.6 million (one row group more at
   each end), with 2.0 instead of 11.5 CPU s more in a full build. Days that come later are appended, so the order holds. #}
{% macro stored_by(day) -%} order by {{ day }} nulls last {%- endmacro %}
