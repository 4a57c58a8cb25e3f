"""Why a read was not answered, so that each interface can say it in its own form."""

from enum import StrEnum

from orchestration.errors import GhalaError


class Reason(StrEnum):
    """Whose move it is: the first three are the caller's, the others pass or are the operator's."""

    REFUSED = "refused"  # not offered here, or not understood
    UNKNOWN = "unknown"  # no such table, column, metric
    TOO_MUCH = "too_much"  # over time or memory
    CHANGED = "changed"  # a new version was published between two pages
    BUSY = "busy"  # all workers are taken
    BROKEN = "broken"  # nothing can be read from what is published


class ReadError(GhalaError):
    """A read that was not answered."""

    def __init__(self, reason: Reason, what: str, where: str, next_step: str) -> None:
        super().__init__(what, where, next_step)
        self.reason = reason
