{# Tier 3. More than `factor` (3) interquartile ranges beyond the quartiles of the earlier days.
   Detects: jumps of a series with heavy tails. Arguments: macros/anomaly/anomaly_days.sql, anomaly_simple_scores.sql. #}
{% test anomaly_iqr(model, tested_days=2) %}
{{ anomaly_tested(anomaly_iqr_scores(model, **kwargs), tested_days) }}
{% endtest %}
