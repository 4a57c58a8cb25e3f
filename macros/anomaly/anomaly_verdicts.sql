{# CTEs that turn what was measured into a band in the units of the series, and say what is wrong with a bucket in words. #}
{% macro anomaly_verdicts(keys, threshold, least_effect, min_days, drift_threshold) -%}
{%- set reach = threshold ~ " * if(kind = 'rate', 0.8, 1) * tolerance * greatest(spread, least_spread)" -%}
expectations as (
    select
        *,
        (y - usual) / greatest(spread, least_spread) as z,
        {{ anomaly_from_scale('usual', 'kind') }} as expected,
        {{ anomaly_from_scale('own_usual', 'kind') }} as own_expected,
        {{ anomaly_from_scale('least(usual, own_usual) - ' ~ reach, 'kind') }} as band_low,
        {{ anomaly_from_scale('greatest(usual, own_usual) + ' ~ reach, 'kind') }} as band_high,
        (distance - drift_usual) / greatest(drift_spread, 0.5 * spread) as drift_z,
        {{ anomaly_from_scale('slow_level + drift_usual', 'kind') }} as drift_expected
    from drifts
),

-- a value as its own past has it is never wrong because its peers are
bands as (
    select
        *,
        greatest(least(
            band_low,
            expected - {{ anomaly_least_change('expected', 'kind', least_effect) }},
            own_expected - {{ anomaly_least_change('own_expected', 'kind', least_effect) }}
        ), if(kind = 'value', -1e300, 0)) as low,
        least(greatest(
            band_high,
            expected + {{ anomaly_least_change('expected', 'kind', least_effect) }},
            own_expected + {{ anomaly_least_change('own_expected', 'kind', least_effect) }}
        ), if(kind = 'rate', 1, 1e300)) as high
    from expectations
),

verdicts as (
    select
        {{ keys | join(', ') }},
        bucket_date,
        value,
        expected,
        low,
        high,
        z,
        case
            when day_number < {{ min_days }} or is_excluded then null
            when value is null and holiday is null and weekday_values = least(8, day_number // 7) and fortnight_values = 14
                then 'no value on a day that always has one'
            when
                value = 0 and kind = 'count' and 4 * weekday_filled >= 3 * weekday_values
                and if(holiday is null, own_expected, least(expected, own_expected)) >= 5
                then 'nothing where ' || expected::bigint || ' are expected'
            when value < low and not is_unknown then 'below what this day brings'
            when value > high and not is_unknown then 'above what this day brings'
            when is_repeat and run_odds < ln(1e-4) and run_length <= 28 and not (kind = 'rate' and value in (0, 1))
                then 'the same value ' || run_length || ' days in a row'
            when
                day_number >= 70 and kind <> 'rate' and (kind = 'value' or least(expected, drift_expected) >= 30)
                and abs(drift_z) > {{ drift_threshold }} and abs(distance - drift_usual) > 1.4 and pace / (distance - drift_usual) > 0.35
                then 'the week drifts ' || if(drift_z > 0, 'above', 'below') || ' its level of two months, ' || drift_expected::bigint
            when day_number >= 90 and kind <> 'rate' and unrest > 2.5 then 'scatters ' || round(unrest, 1) || ' times as much as usual'
        end as reason
    from bands
)
{%- endmacro %}
