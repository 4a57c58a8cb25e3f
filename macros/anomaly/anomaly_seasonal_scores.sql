{# Every day of every series with what the seasonal detector expects of it; `reason` is null on days that are not flagged.
   Arguments beyond those of anomaly_days:

   threshold      deviations from what is expected, 4.5
   least_effect   smallest change that counts, 0.15 of what is expected
   min_days       days of a series before its first verdict, 28

   A value is brought to a scale of even noise; then its weekday (median of 8), level (median of 14 days), month-end, holiday and peers
   are taken off, in this order. What is left is measured in median absolute deviations of 56 days. Only earlier days and other
   series are a baseline: never the tested point itself. Medians forget incidents, so past ones need not be left out. #}
{% macro anomaly_seasonal_scores(
    relation, series=[], threshold=4.3, least_effect=0.15, min_days=28, drift_threshold=3.7, peers=none
) -%}
with

{{ anomaly_days(relation, series=series, **kwargs) }},

scaled as (
    select
        *,
        {{ anomaly_to_scale('value', 'kind') }} as y,
        holiday is null and not is_excluded as is_normal,
        holiday is null and not is_excluded and not is_month_end as is_plain
    from days
),

rough_levels as (
    select
        *,
        y - median(y) filter (where is_plain) over fortnight as off_level
    from scaled
    window fortnight as (partition by series_number order by bucket_date rows between 14 preceding and 1 preceding)
),

weekdays as (
    select
        *,
        median(off_level) filter (where is_plain) over weekday as weekday_effect,
        count(value) over weekday as weekday_values,
        count(*) filter (where value > 0) over weekday as weekday_filled
    from rough_levels
    window weekday as (
        partition by series_number, dayofweek(bucket_date) order by bucket_date rows between 8 preceding and 1 preceding
    )
),

flattened as (
    select
        *,
        y - weekday_effect as flat
    from weekdays
),

levels as (
    select
        *,
        median(flat) filter (where is_plain) over fortnight as level,
        count(value) over fortnight as fortnight_values,
        coalesce(value = lag(value) over by_day, false) as is_repeat
    from flattened
    window
        by_day as (partition by series_number order by bucket_date),
        fortnight as (partition by series_number order by bucket_date rows between 14 preceding and 1 preceding)
),

month_end_moves as (
    select
        series_number,
        bucket_date,
        count(flat - level) filter (where is_normal) over ends as month_ends_seen,
        median(flat - level) filter (where is_normal) over ends as month_end_effect
    from levels
    where is_month_end
    window ends as (partition by series_number order by bucket_date rows between 12 preceding and 1 preceding)
),

-- one month-end is not enough to tell
month_ends as (
    select
        levels.*,
        levels.is_month_end and month_end_moves.month_ends_seen < 2 as is_new_month_end,
        coalesce(month_end_moves.month_end_effect, 0) as month_end_effect
    from levels
    left join month_end_moves using (series_number, bucket_date)
),

{{ anomaly_shared_effects(peers or []) }},

measured as (
    select
        *,
        1.4826 * median(abs(y - usual)) filter (where is_normal) over eight_weeks as spread,
        if(kind = 'count' and {{ anomaly_from_scale('usual', 'kind') }} < 30, 1.3, 0.6) as least_spread,
        level + y - usual as own_level
    from shared_effects
    window eight_weeks as (partition by series_number order by bucket_date rows between 56 preceding and 1 preceding)
),

{{ anomaly_runs() }},

{{ anomaly_drifts() }},

{{ anomaly_verdicts(series if series else ['series'], threshold, least_effect, min_days, drift_threshold) }}

select * from verdicts
{%- endmacro %}
