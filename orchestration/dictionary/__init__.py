"""The data dictionary: one Markdown page per mart, made from dbt's manifest and the contracts."""
