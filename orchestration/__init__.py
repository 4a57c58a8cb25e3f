"""Ghala's orchestration: landing, building, publishing, and the commands that run them."""
