"""Run dbt inside this process: its start-up (4.8 CPU s) is paid once, and afterwards the files are free again."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from typing import Any

from orchestration.config import Settings
from orchestration.dbt.arguments import home_for_dbt
from orchestration.dbt.outcome import Outcome, nodes
from orchestration.errors import GhalaError
from orchestration.progress import Tell, Tick

RESULT_EVENTS = frozenset({"LogModelResult", "LogTestResult", "LogSeedResult", "LogSnapshotResult"})
START_EVENT = "LogStartLine"

_kept: dict[tuple[Path, Path], Any] = {}  # the parsed manifest of this process, by project and home


def invoke(
    settings: Settings, arguments: list[str], tell: Tell, phase: str, *, anew: bool = False
) -> tuple[Outcome, Any]:
    """Run one dbt command; returns what its nodes did and dbt's own result. `anew`: not with the manifest kept here.

    Raises GhalaError when dbt itself could not do its work (a model that does not compile, a locked file);
    failing tests and models are no exception: they are in the outcome.
    """
    from dbt.cli.main import dbtRunner  # noqa: PLC0415  (3 s: only when dbt runs)

    from orchestration.dbt.lean import lean  # noqa: PLC0415

    lean()
    started = time.monotonic()
    key = (settings.project, settings.home)
    settings.logs.mkdir(parents=True, exist_ok=True)
    # dbt writes the command line into its results, and that of `ghala erase` names a person.
    with _place(settings), _command_line(["dbt", *arguments]):
        runner = dbtRunner(manifest=None if anew else _kept.get(key), callbacks=[_listener(tell, phase)])
        try:
            answer = runner.invoke(arguments)
        finally:
            _free_files()
    if answer.exception is not None:
        raise _no_result(answer.exception, settings)
    if "parse" in arguments:
        _kept[key] = answer.result
    found = nodes(getattr(answer.result, "results", None) or ())
    invocation = getattr(getattr(answer.result, "metadata", None), "invocation_id", "") or ""
    return Outcome(found, invocation, round(time.monotonic() - started, 2)), answer.result


def _listener(tell: Tell, phase: str) -> Callable[[Any], None]:
    def listen(event: Any) -> None:
        name = event.info.name
        if name not in RESULT_EVENTS and name != START_EVENT:
            return
        data = event.data
        total = getattr(data, "total", 0) or getattr(data, "num_models", 0)
        tell(
            Tick(
                phase=phase,
                done=int(data.index) if name != START_EVENT else int(data.index) - 1,
                total=int(total),
                label=data.node_info.node_name,
                status=None if name == START_EVENT else _status(data),
                seconds=None if name == START_EVENT else float(data.execution_time),
                quiet=data.node_info.resource_type in ("test", "unit_test"),
            )
        )

    return listen


def _status(data: Any) -> str:
    """The node's status; a unit test has it in another field."""
    status = str(data.node_info.node_status)
    return str(data.status) if status in ("", "None") else status


@contextmanager
def _command_line(words: list[str]) -> Iterator[None]:
    """What this process seems to have been started with."""
    given = sys.argv
    sys.argv = words
    try:
        yield
    finally:
        sys.argv = given


@contextmanager
def _place(settings: Settings) -> Iterator[None]:
    """The folder and the GHALA_HOME that dbt works with; both as before afterwards."""
    given = os.environ.get("GHALA_HOME")
    text = home_for_dbt(given, settings.home, settings.project)
    with chdir(settings.project):
        try:
            if text is not None:
                os.environ["GHALA_HOME"] = text
            yield
        finally:
            if text is not None:
                os.environ.pop("GHALA_HOME")
                if given is not None:
                    os.environ["GHALA_HOME"] = given


def _free_files() -> None:
    """dbt-duckdb keeps its database open until the process ends; publishing needs the files closed."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager  # noqa: PLC0415

    manager: Any = DuckDBConnectionManager
    manager.close_all_connections()


def _no_result(error: BaseException, settings: Settings) -> GhalaError:
    if isinstance(error, KeyboardInterrupt):
        raise error
    text = str(error).strip() or type(error).__name__
    if "lock" in text.lower() and "duckdb" in text.lower():
        next_step = "close the program that has the file open (a SQL client on warehouse.duckdb?), then run again"
    else:
        next_step = "correct it, then: ghala build"
    return GhalaError(f"dbt could not run: {text}", str(settings.logs / "dbt.log"), next_step)
