"""Run as a process: land dates of a test project (or `replay`), and die by kill -9 at the n-th step on the disk."""

import os
import resource
import signal
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from orchestration.config import Settings
from orchestration.errors import GhalaError
from orchestration.ingest.contract import load_contracts
from orchestration.ingest.land import land
from orchestration.ingest.replay import replay

steps = 0


def deadly(step: Callable[..., Any], last: int) -> Callable[..., Any]:
    """The step itself, but the `last` one of all kills this process before (even) or after (odd) it was done."""

    def run(*arguments: Any, **options: Any) -> Any:
        global steps  # noqa: PLW0603
        steps += 2
        if steps == last:
            os.kill(os.getpid(), signal.SIGKILL)
        try:
            return step(*arguments, **options)
        finally:  # a step may also fail: removing a file that is not there
            if steps + 1 == last:
                os.kill(os.getpid(), signal.SIGKILL)

    return run


def main(home: str, project: str, last: str, file_bytes: str, *days: str) -> None:
    settings = Settings(home=Path(home), project=Path(project), start_date=None)
    contracts = load_contracts(settings.contracts)
    if int(last):
        for name in ("fsync", "replace", "unlink"):
            setattr(os, name, deadly(getattr(os, name), int(last)))
        pq.ParquetWriter.write_table = deadly(pq.ParquetWriter.write_table, int(last))
    if int(file_bytes):
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(file_bytes), int(file_bytes)))
    try:
        if days == ("replay",):
            replay(settings, contracts, None, "run")
        else:
            land(settings, [(contract, date.fromisoformat(day)) for day in days for contract in contracts], "run")
    except GhalaError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(error.exit_code) from error
    sys.stdout.write(f"{steps}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
