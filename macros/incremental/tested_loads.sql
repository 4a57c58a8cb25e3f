{# The first load whose rows a data test of a history looks at, as a literal.

   A published version has passed its gates, and only loads that came after it can have changed a row since. So a daily
   `dbt build` tests what those loads touched; it tests everything (0) on Sundays (GHALA_FULL_TESTS: always, never), with
   --full-refresh, and before the first publication, and `dbt test` always does. Measured with 360 days of history, whole `dbt build` of one
   more day: 12.1 CPU s when everything is tested, 8.9 with this. #}
{% macro first_tested_load() -%}
    {%- set history = ref('int_loads__history') -%}
    {%- if not execute or flags.WHICH != 'build' or flags.FULL_REFRESH -%}{{ return(0) }}{%- endif -%}
    {#- Asked once and not by each of 300 tests: 4 of 24 CPU s of a build of 412 nodes. -#}
    {%- set found = found_in_this_run('tests') -%}
    {%- if 'first load' not in found -%}
        {%- do found.update({'first load': 0 if tests_everything() else last_published_load() + 1}) -%}
    {%- endif -%}
    {{ return(found['first load']) }}
{%- endmacro %}

{% macro tests_everything() -%}
    {%- set when = env_var('GHALA_FULL_TESTS', 'sunday') -%}
    {%- if when not in ['sunday', 'always', 'never'] -%}
        {{ exceptions.raise_compiler_error("GHALA_FULL_TESTS is '" ~ when ~ "'; next: set it to sunday, always or never") }}
    {%- endif -%}
    {{ return(when == 'always' or (when == 'sunday' and run_query('select isodow(current_date) = 7').columns[0].values()[0])) }}
{%- endmacro %}

{# The newest load that a published version holds; -1 before the first publication. #}
{% macro last_published_load() -%}
    {%- set published = home() ~ '/serving/ghala-*.json' -%}
    {%- set count = run_query("select count(*) from glob('" ~ published ~ "')").columns[0].values()[0] -%}
    {%- if not count -%}{{ return(-1) }}{%- endif -%}
    {%- set last = run_query("select max(loads) from read_json('" ~ published ~ "', columns={'loads': 'BIGINT'})") -%}
    {{ return(last.columns[0].values()[0] | int) }}
{%- endmacro %}
