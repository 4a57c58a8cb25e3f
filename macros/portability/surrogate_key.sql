{# A positive 63-bit key from the given expressions: as wide as a BIGINT, a quarter of the bytes of an
   md5 text. Negative numbers stay free for the special members -1, -2 and -3. Among a million members the chance of any
   collision is 5e-8, and the uniqueness test of each dimension would stop the build. #}
{% macro surrogate_key(expressions) -%}
    {{ return(adapter.dispatch('surrogate_key', 'ghala')(expressions)) }}
{%- endmacro %}

{% macro default__surrogate_key(expressions) -%}
    (md5_number_lower({% for e in expressions %}coalesce(cast({{ e }} as varchar), '~'){{ " || '|' || " if not loop.last }}{% endfor %}) >> 1)::bigint
{%- endmacro %}
