"""The published marts for tools that do not open a DuckDB file: a schema of PostgreSQL, and Parquet by month."""
