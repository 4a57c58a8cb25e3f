"""Faults on purpose: kill -9, broken files and disks, a year of days. Ghala knows nothing of it."""
