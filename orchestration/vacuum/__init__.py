"""Removes what no reader, no run and no rebuild needs any more (docs/adr/0012)."""
