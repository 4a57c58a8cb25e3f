"""A Ghala error as Dagster shows it, kept whole for the terminal that started the run."""

import dagster as dg

from orchestration.defs.sources.resources import Console
from orchestration.errors import GhalaError


def as_failure(error: GhalaError, console: Console) -> dg.Failure:
    """What, where and next as a failure of the step. Dagster does not try again: landing has, where it can help."""
    console.error = error
    return dg.Failure(
        description=error.what,
        metadata={"where": error.where, "next": error.next_step},
        allow_retries=False,
    )
