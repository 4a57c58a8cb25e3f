{# CTEs of runs of one value: run_length days up to this one, run_odds the logarithm of how likely that is for this series.
   How often a value repeats is counted over a year without the last week, so that a run is not its own excuse. #}
{% macro anomaly_runs() -%}
counted_repeats as (
    select
        *,
        day_number + 1 - max(day_number) filter (where not is_repeat) over by_day as run_length,
        (count(*) filter (where is_repeat) over year_before + 0.5) / (count(*) over year_before + 1) as repeat_share
    from measured
    window
        by_day as (partition by series_number order by bucket_date),
        year_before as (partition by series_number order by bucket_date rows between 364 preceding and 7 preceding)
),

runs as (
    select
        *,
        (run_length - 1) * ln(repeat_share) as run_odds
    from counted_repeats
)
{%- endmacro %}

{# CTEs of slow changes. distance: from the median of the last 7 days to that of the 8 weeks before; drift_usual and drift_spread:
   the same on the 120 days before; pace: how much came in the last two weeks, which after a step is nothing.
   unrest: how far the last 10 days lie to both sides of what was expected of them, in usual deviations. #}
{% macro anomaly_drifts() -%}
weeks as (
    select
        *,
        median(own_level) filter (where is_normal) over week as week_level,
        median(own_level) filter (where is_normal) over two_months as slow_level,
        quantile_cont(y - usual, [0.25, 0.75]) filter (where is_normal) over ten_days as recent_quartiles,
        lag(spread, 10) over by_day as earlier_spread
    from runs
    window
        by_day as (partition by series_number order by bucket_date),
        week as (partition by series_number order by bucket_date rows between 6 preceding and current row),
        ten_days as (partition by series_number order by bucket_date rows between 9 preceding and current row),
        two_months as (partition by series_number order by bucket_date rows between 63 preceding and 8 preceding)
),

distances as (
    select
        *,
        week_level - slow_level as distance,
        least(-recent_quartiles[1], recent_quartiles[2]) / 0.6745 / greatest(earlier_spread, if(kind = 'count', 0.3, 0.1)) as unrest
    from weeks
),

usual_distances as (
    select
        *,
        quantile_cont(distance, [0.25, 0.5, 0.75]) over four_months as quartiles,
        week_level - lag(week_level, 14) over by_day as pace
    from distances
    window
        by_day as (partition by series_number order by bucket_date),
        four_months as (partition by series_number order by bucket_date rows between 120 preceding and 10 preceding)
),

-- within limits, so that past incidents do not make a drift look usual
drifts as (
    select
        *,
        greatest(least(coalesce(quartiles[2], 0), 1.5), -1.5) as drift_usual,
        greatest(least(coalesce((quartiles[3] - quartiles[1]) / 1.349, 1), 1.5), 0.7) as drift_spread
    from usual_distances
)
{%- endmacro %}
