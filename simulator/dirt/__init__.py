"""Dirt over the clean world: kinds with rates, laid between engine and sinks, and a truth file of what was injected."""
