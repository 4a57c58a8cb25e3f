"""A Ghala error as Dagster shows it, kept whole for the terminal that started the run."""

import dagster as dg

from orchestration.defs.sources.resources import Console
from orchestration.errors import ConfigError, GateError, GhalaError


def as_failure(error: GhalaError, console: Console) -> dg.Failure:
    """What, where and next as a failure of the step. A gate or a wrong setting is not tried again: it will not heal."""
    console.error = error
    return dg.Failure(
        description=error.what,
        metadata={"where": error.where, "next": error.next_step},
        allow_retries=not (console.interactive or isinstance(error, GateError | ConfigError)),
    )
