{# CTEs of the watched series, one row per series and day without gaps, which every anomaly macro begins with.

   Ends in the CTE `days`: the columns of `series`, series_number (one number for windows to go by), bucket_date, value, kind, holiday, is_month_end, is_total, is_excluded, day_number.

   relation    a model, or a table of watched series
   series      list of columns that tell one series from another; an empty list makes one series of the whole model
   day         column or expression of the day
   last_day    column with the last complete day of a series, which then ends there; none: all end with the last day of any
   measure     aggregate per series and day: count(*) (default), avg(unit_price), avg((email is null)::integer), any_value(metric_value)
   kind        'count' (default; a day without rows is 0), 'rate' (0 to 1) or 'value', in quotes; or a column that says it
   peers       list of columns: series that share them behave alike; none: no peers
   is_total    condition on rows whose series is the sum of others and nobody's peer
   holiday     column with the name of a holiday, null or empty on other days; of `calendar` if that is given
   month_end   the same for a truth value; without it the last day of the month
   calendar    a relation with one row per day; calendar_day names its day
   labels      incident labels: rows with the columns of `series`, from_day, to_day and verdict. Days of a 'true' or 'expected' one are left
               out of every baseline and not flagged again; a 'false' one was a usual day: it stays in #}
{% macro anomaly_days(
    relation, series=[], day='bucket_date', last_day=none, measure='count(*)', kind="'count'", peers=none, is_total='false',
    holiday=none, month_end=none, calendar=none, calendar_day='calendar_date', labels=none
) -%}
{%- set keys = series if series else ['series'] -%}
{%- set holiday_name = "nullif(max(" ~ holiday ~ "), '')" if holiday else 'cast(null as varchar)' -%}
{%- set calendar_date = calendar_day if calendar else 'cast(' ~ day ~ ' as date)' -%}
observed as (
    select
        {{ keys | join(', ') if series else "'all' as series" }},
        cast({{ day }} as date) as bucket_date,
        cast({{ measure }} as double) as value,
        any_value({{ kind }}) as kind,
        {{ 'max(' ~ last_day ~ ')' if last_day else 'cast(null as date)' }} as last_day,
        bool_or({{ is_total }}) as is_total
    from {{ relation }}
    where {{ day }} is not null
    group by {{ (series + ['cast(' ~ day ~ ' as date)']) | join(', ') }}
),

calendar as (
    select
        {{ calendar_date }} as bucket_date,
        {{ holiday_name }} as holiday,
        bool_or({{ month_end if month_end else calendar_date ~ ' = last_day(' ~ calendar_date ~ ')' }}) as is_month_end
    from {{ calendar if calendar else relation }}
    group by all
),

-- A series runs from its first day to the last day of any, or to its own last complete one: one that stops is seen to stop.
spans as (
    select
        {{ keys | join(', ') }},
        row_number() over () as series_number,
        any_value(kind) as kind,
        bool_or(is_total) as is_total,
        min(bucket_date) as first_day,
        coalesce(max(last_day), (select max(bucket_date) from observed)) as last_day
    from observed
    group by {{ keys | join(', ') }}
),

spine as (
    select
        * exclude (last_day),
        unnest(range(first_day, last_day + 1, interval 1 day))::date as bucket_date
    from spans
),

days as (
    select
        spine.* exclude (first_day),
        calendar.holiday,
        coalesce(calendar.is_month_end, false) as is_month_end,
        {% if labels -%}
        exists (
            select 1 from {{ labels }} as labels
            where
                spine.bucket_date between labels.from_day and labels.to_day
                and labels.verdict <> 'false'
                {%- for key in keys %}
                and labels.{{ key }} = spine.{{ key }}
                {%- endfor %}
        )
        {%- else %}false{% endif %} as is_excluded,
        case when spine.kind = 'count' then coalesce(observed.value, 0) else observed.value end as value,
        spine.bucket_date - spine.first_day as day_number
    from spine
    left join observed using ({{ (keys + ['bucket_date']) | join(', ') }})
    left join calendar using (bucket_date)
)
{%- endmacro %}

{# What a generic test returns of the scores: of the last `tested_days` days (none: of all days) the flagged buckets, or all of them. #}
{% macro anomaly_tested(scores, tested_days=none, keep='flagged') -%}
with scores as (
    {{ scores }}
)

select * from scores
where
    {{ 'reason is not null' if keep == 'flagged' else 'true' }}
    {%- if tested_days is not none %}
    and bucket_date > (select max(bucket_date) from scores) - {{ tested_days }}
    {%- endif %}
{%- endmacro %}
