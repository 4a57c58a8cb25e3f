"""Errors that a person can act on: what happened, where, and what to do next."""

from orchestration.redact import redact


class GhalaError(Exception):
    """A gate blocked or a step failed. The previous data are still in place. Exit code 1."""

    exit_code = 1

    def __init__(self, what: str, where: str, next_step: str) -> None:
        # Here, because every text of an error passes it: to the terminal, the logs, Dagster and the history of runs.
        self.what, self.where, self.next_step = redact(what), redact(where), redact(next_step)
        super().__init__(self.what)

    def __str__(self) -> str:
        return f"{self.what}\n  where: {self.where}\n  next:  {self.next_step}"


class GateError(GhalaError):
    """Tier 1: a contract or a circuit breaker stopped a partition before it could land.

    `gate` says which: schema (columns and types), delivery (nothing there, or it cannot be read), breaker (too many
    bad, repeated or vanished rows) or rule (one of severity error).
    """

    def __init__(self, what: str, where: str, next_step: str, gate: str = "delivery") -> None:
        super().__init__(what, where, next_step)
        self.gate = gate


class UnavailableError(GhalaError):
    """A source cannot be read just now and may heal by itself: landing tries again, then the previous data stay.

    `is_whole`: nothing of the connection can be read, not only this partition. `is_late`: nothing is broken, the
    delivery is not there yet, so that minutes of waiting do not help. `retry_after`: seconds that the source asks for.
    """

    def __init__(
        self,
        what: str,
        where: str,
        next_step: str,
        *,
        is_whole: bool = False,
        is_late: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(what, where, next_step)
        self.is_whole, self.is_late, self.retry_after = is_whole, is_late, retry_after


class ConfigError(GhalaError):
    """Wrong usage or configuration: a contract, an option or an environment variable. Exit code 2."""

    exit_code = 2
