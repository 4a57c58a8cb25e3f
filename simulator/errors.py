"""Errors that a person can act on."""

import errno
from pathlib import Path


class SimulatorError(Exception):
    """A failure with what happened, where, and what to do next; the command ends with exit code `code`."""

    def __init__(self, what: str, where: str, next_step: str, code: int = 1) -> None:
        super().__init__(what)
        self.what, self.where, self.next_step, self.code = what, where, next_step, code

    def __str__(self) -> str:
        return f"{self.what}\n  where: {self.where}\n  next:  {self.next_step}"


def from_os_error(error: OSError, home: Path) -> SimulatorError:
    """The same failure in words; a full disk and missing rights are named as such."""
    where = str(error.filename or home)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full(where)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return SimulatorError("No right to write here", where, "choose another folder with --home, or fix its owner")
    return SimulatorError(
        f"Operating system error: {error.strerror or error}", where, "fix this and run the same command again"
    )


def disk_full(where: str) -> SimulatorError:
    """The disk is full; nothing half-made is ever counted as done, so the same command can be run again."""
    return SimulatorError(
        "The disk is full", where, "free some space (or use fewer --days/--skus), then run the same command again"
    )
