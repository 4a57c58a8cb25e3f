"""A file share that breaks while one of its files is read: the outage of a source, not a bad file."""

import errno
import re
from collections.abc import Iterator
from pathlib import Path

from orchestration.errors import UnavailableError

PIECE = 1 << 20
NUMBER = re.compile(r"\(os error (\d+)\)")  # how Polars writes the number of an error; it does not set errno
DAMAGED = (errno.EINVAL,)  # a broken archive may name places before its beginning


def is_broken(error: BaseException, file: Path) -> bool:
    """Whether the share is at fault and not what the file holds, after a reader has failed with an error.

    A reader may hide why (an Excel reader finds no format in what cannot be read), so that the file is asked again.
    """
    if any(number not in DAMAGED for number in _numbers(error)):
        return True
    try:
        with file.open("rb") as content:
            while content.read(PIECE):
                pass
    except OSError:
        return True
    return False


def unavailable(error: BaseException, file: Path) -> UnavailableError:
    """The error of a file that a share no longer gives: landing tries again, then the previous data stay."""
    fault = next((one for one in _chain(error) if isinstance(one, OSError)), error)
    reason = fault.strerror if isinstance(fault, OSError) and fault.strerror else str(fault).splitlines()[0]
    return UnavailableError(
        f"the file cannot be read just now: {reason}",
        str(file),
        "look at the share (or disk) that it is on, then run again; the previous data stay",
    )


def _numbers(error: BaseException) -> Iterator[int]:
    """The numbers of the operating system's errors behind an error."""
    for one in _chain(error):
        if isinstance(one, OSError):
            found = NUMBER.search(str(one))
            if number := one.errno or (int(found[1]) if found else None):
                yield number


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
