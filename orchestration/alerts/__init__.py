"""Incidents: what is wrong now, told once when it begins and once when it is over, to who answers for it."""
