"""The dashboards: Business and Trust, as pages that read the published version."""
