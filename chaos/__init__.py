"""Faults on purpose: kill -9, broken files and disks, a year of days. Drives Ghala from outside; Ghala knows nothing of it."""
