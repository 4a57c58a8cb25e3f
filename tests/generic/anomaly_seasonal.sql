{# Tier 3. The seasonal detector, the one to use: it knows weekdays, levels, month-ends, holidays and what happened to peers.
   Detects: missing and partial days, outages, jumps, stuck values, unrest, drift. Returns the flagged buckets of the last `tested_days`
   days of the relation (none: of all days) with value, expected, low, high, z and the reason in words.

   series, day, measure, kind, peers, is_total, holiday, month_end, calendar, calendar_day, labels: see macros/anomaly/anomaly_days.sql;
   threshold, least_effect, min_days, drift_threshold: see macros/anomaly/anomaly_seasonal_scores.sql.
   keep: 'flagged', or 'tested' to return all tested buckets and fail on the flagged ones (with store_failures: the chart of the day) #}
{% test anomaly_seasonal(model, tested_days=2, keep='flagged') %}
{{ config(fail_calc='count(*) filter (where reason is not null)') }}
{{ anomaly_tested(anomaly_seasonal_scores(model, **kwargs), tested_days, keep) }}
{% endtest %}
