"""Defaults that more than one command shares."""

from datetime import date

DEFAULT_START = date(2024, 1, 1)  # when GHALA_START_DATE is unset: two full years, for year over year in 2026
KEEP_VERSIONS = 5  # a working week of daily versions: a fault seen on Monday can be rolled back to the Friday before
KEEP_DAYS = 90  # of logs and of what was replaced: a quarter, so that its last closing can still be looked into
