{# CTE of runs of one value: run_length days up to this one, run_odds the logarithm of how likely that is for this series.
   How often a value repeats is counted over a year without the last week, so that a run is not its own excuse. #}
{% macro anomaly_runs(keys) -%}
repeats as (
    select
        *,
        value is not distinct from lag(value) over (partition by {{ keys }} order by bucket_date) as is_repeat
    from measured
),

numbered_runs as (
    select
        *,
        count(*) filter (where not is_repeat) over (partition by {{ keys }} order by bucket_date) as run_number,
        (count(*) filter (where is_repeat) over year_before + 0.5) / (count(*) over year_before + 1) as repeat_share
    from repeats
    window year_before as (partition by {{ keys }} order by bucket_date rows between 364 preceding and 7 preceding)
),

runs as (
    select
        *,
        row_number() over run as run_length,
        (row_number() over run - 1) * ln(repeat_share) as run_odds
    from numbered_runs
    window run as (partition by {{ keys }}, run_number order by bucket_date)
)
{%- endmacro %}

{# CTE of slow changes: how far the median of the last 7 days is from that of the 8 weeks before, what the peers share taken off,
   against the same distance on the 120 days before (drift_usual, drift_spread). #}
{% macro anomaly_drifts(keys, alike) -%}
slow_levels as (
    select
        *,
        median(own_level) filter (where is_normal) over week as week_level,
        median(own_level) filter (where is_normal) over slow as slow_level
    from runs
    window
        week as (partition by {{ keys }} order by bucket_date rows between 6 preceding and current row),
        slow as (partition by {{ keys }} order by bucket_date rows between 63 preceding and 8 preceding)
),

distances as (
    select
        *,
        week_level - slow_level as distance
    from slow_levels
),

drifts as (
    select
        *,
        median(distance) over four_months as drift_usual,
        1.4826 * mad(distance) over four_months as drift_spread
    from distances
    window four_months as (partition by {{ keys }} order by bucket_date rows between 120 preceding and 10 preceding)
)
{%- endmacro %}
