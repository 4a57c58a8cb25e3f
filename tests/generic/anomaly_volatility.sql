{# Tier 3. More than `threshold` (0.5: 50 %) above or below the day before.
   Detects: jumps of a steady series that has no history yet. Arguments: macros/anomaly/anomaly_days.sql, anomaly_simple_scores.sql. #}
{% test anomaly_volatility(model, tested_days=2) %}
{{ anomaly_tested(anomaly_volatility_scores(model, **kwargs), tested_days) }}
{% endtest %}
