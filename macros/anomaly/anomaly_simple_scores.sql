{# Three plain detectors, for a series without a calendar and as something to compare with. Arguments beyond those of anomaly_days:
   min_days (28), and window_days: how many earlier days are the baseline (none: all of them). Each returns every day of every series;
   `reason` is null where nothing is flagged. The tested point is never in its own baseline. #}

{# More than `threshold` deviations from the mean. #}
{% macro anomaly_zscore_scores(relation, series=[], threshold=3, min_days=28, window_days=none) -%}
{%- set centre, reach = 'avg(value) over earlier', threshold ~ ' * stddev_samp(value) over earlier' -%}
{{ anomaly_plain_scores(
    relation, series, min_days, window_days, centre, centre ~ ' - ' ~ reach, centre ~ ' + ' ~ reach,
    'stddev_samp(value) over earlier', threshold ~ ' standard deviations of the mean', kwargs
) }}
{%- endmacro %}

{# More than `factor` interquartile ranges beyond the quartiles. #}
{% macro anomaly_iqr_scores(relation, series=[], factor=3, min_days=28, window_days=none) -%}
{%- set first, third = 'quantile_cont(value, 0.25) over earlier', 'quantile_cont(value, 0.75) over earlier' -%}
{%- set range = '(' ~ third ~ ' - ' ~ first ~ ')' -%}
{{ anomaly_plain_scores(
    relation, series, min_days, window_days, 'median(value) over earlier', first ~ ' - ' ~ factor ~ ' * ' ~ range,
    third ~ ' + ' ~ factor ~ ' * ' ~ range, range ~ ' / 1.349', factor ~ ' interquartile ranges of the quartiles', kwargs
) }}
{%- endmacro %}

{# More than `threshold` (0.5 is 50 %) above or below the value of the day before. #}
{% macro anomaly_volatility_scores(relation, series=[], threshold=0.5, min_days=28) -%}
{%- set before = 'lag(value) over by_day' -%}
{{ anomaly_plain_scores(
    relation, series, min_days, none, before, before ~ ' - ' ~ threshold ~ ' * abs(' ~ before ~ ')',
    before ~ ' + ' ~ threshold ~ ' * abs(' ~ before ~ ')', 'abs(' ~ before ~ ')', threshold ~ ' of the value of the day before', kwargs
) }}
{%- endmacro %}

{# The common shape: centre, band and deviation are expressions over the windows `earlier` and `by_day`. #}
{% macro anomaly_plain_scores(relation, series, min_days, window_days, centre, low, high, deviation, what, arguments) -%}
{%- set keys = (series if series else ['series']) | join(', ') -%}
with

{{ anomaly_days(relation, series=series, **arguments) }},

baselines as (
    select
        *,
        {{ centre }} as expected,
        {{ low }} as low,
        {{ high }} as high,
        {{ deviation }} as deviation
    from (select * replace (if(is_excluded, null, value) as value), value as seen from days)
    window
        earlier as (
            partition by series_number order by bucket_date
            rows between {{ window_days if window_days is not none else 'unbounded' }} preceding and 1 preceding
        ),
        by_day as (partition by series_number order by bucket_date)
),

verdicts as (
    select
        {{ keys }},
        bucket_date,
        seen as value,
        expected,
        low,
        high,
        (seen - expected) / nullif(deviation, 0) as z,
        case
            when day_number < {{ min_days }} or is_excluded then null
            when seen < low then 'below, by more than {{ what }}'
            when seen > high then 'above, by more than {{ what }}'
        end as reason
    from baselines
)

select * from verdicts
{%- endmacro %}
