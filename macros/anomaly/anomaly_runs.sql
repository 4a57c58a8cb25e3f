{# CTEs of runs of one value: run_length days up to this one, run_odds the logarithm of how likely that is for this series.
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

{# CTEs of slow changes: how far the median of the last 7 days is from that of the 8 weeks before, against the same distance on
   the 120 days before (drift_usual, drift_spread); pace is how much of it came in the last two weeks: a step has none later.
   unrest: how far the days of the last 10 lie from what was expected of them, in usual deviations. #}
{% macro anomaly_drifts(keys) -%}
slow_levels as (
    select
        *,
        median(own_level) filter (where is_normal) over week as week_level,
        median(own_level) filter (where is_normal) over slow as slow_level,
        mad(y - usual) filter (where is_normal) over ten_days
        / greatest(lag(spread, 10) over by_day, if(kind = 'count', 0.3, 0.1)) as unrest
    from runs
    window
        by_day as (partition by {{ keys }} order by bucket_date),
        week as (partition by {{ keys }} order by bucket_date rows between 6 preceding and current row),
        ten_days as (partition by {{ keys }} order by bucket_date rows between 9 preceding and current row),
        slow as (partition by {{ keys }} order by bucket_date rows between 63 preceding and 8 preceding)
),

distances as (
    select
        *,
        week_level - slow_level as distance,
        week_level - lag(week_level, 14) over (partition by {{ keys }} order by bucket_date) as pace
    from slow_levels
),

drift_ranges as (
    select
        *,
        quantile_cont(distance, [0.25, 0.5, 0.75]) over four_months as quartiles
    from distances
    window four_months as (partition by {{ keys }} order by bucket_date rows between 120 preceding and 10 preceding)
),

drifts as (
    select
        *,
        quartiles[2] as drift_usual,
        (quartiles[3] - quartiles[1]) / 1.349 as drift_spread
    from drift_ranges
)
{%- endmacro %}
