"""Defaults that more than one command shares."""

from datetime import date

DEFAULT_START = date(2024, 1, 1)  # when GHALA_START_DATE is unset: two full years, for year over year in 2026
