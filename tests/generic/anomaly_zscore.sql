{# Tier 3. More than `threshold` (3) standard deviations from the mean of the earlier days.
   Detects: jumps of a series without weekdays and trend. Arguments: macros/anomaly/anomaly_days.sql, anomaly_simple_scores.sql. #}
{% test anomaly_zscore(model, tested_days=2) %}
{{ anomaly_tested(anomaly_zscore_scores(model, **kwargs), tested_days) }}
{% endtest %}
