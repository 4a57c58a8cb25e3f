{# The scale on which ordinary noise of a value has a deviation of about 1, whatever its size: for counts that of a Poisson process
   with 10 % overdispersion, for rates that of 400 rows, for values 10 %. Beyond a few hundred rows 1 means 10 %.
   greatest() and least() pass over nulls: what is not known must stay so. #}
{% macro anomaly_to_scale(value, kind) -%}
case
            when {{ value }} is null then null
            when {{ kind }} = 'count' then 20 * asinh(sqrt(0.01 * greatest({{ value }}, 0)))
            when {{ kind }} = 'rate' then 40 * asin(sqrt(least(greatest({{ value }}, 0), 1)))
            else 10 * ln(greatest({{ value }}, 1e-9))
        end
{%- endmacro %}

{# The way back from the scale. #}
{% macro anomaly_from_scale(scaled, kind) -%}
case
            when {{ scaled }} is null then null
            when {{ kind }} = 'count' then 100 * pow(sinh(greatest({{ scaled }}, 0) / 20), 2)
            when {{ kind }} = 'rate' then pow(sin(least(greatest(({{ scaled }}) / 40, 0), pi() / 2)), 2)
            else exp(least(({{ scaled }}) / 10, 700))
        end
{%- endmacro %}

{# A change below this is none, however quiet the series is: 15 % (and three rows) of what was expected, 2 points of a rate. #}
{% macro anomaly_least_change(expected, kind, least_effect) -%}
case {{ kind }}
            when 'count' then {{ least_effect }} * {{ expected }} + 3
            when 'rate' then 0.02
            else {{ least_effect }} * abs({{ expected }})
        end
{%- endmacro %}
