"""The dashboards: Business and Trust, as pages that read the published version. See `python -m consumption.dashboard`."""
