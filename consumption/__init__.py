"""Whatever reads the published marts: metrics, dashboards, BI tools, services and agents. Builds nothing."""
