"""dbt in this process: its arguments, its results, and what to say when it fails."""
