"""`python -m orchestration`: the same as `ghala`."""

from orchestration.cli import app

app()
