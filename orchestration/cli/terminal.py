"""Progress of long work: bars on a terminal, plain lines elsewhere (a log file, CI)."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from orchestration.progress import Tell, Tick

LABEL = 46  # the longest name of a node that leaves room for bar and clock in 100 columns
BAD = ("fail", "error", "warn", "skipped")
EVERY = 10  # percent: how often a plain log tells of many small steps

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


@contextmanager
def progress() -> Iterator[Tell]:
    """Yields what work calls with its ticks."""
    if err.is_terminal:
        with _bars() as tell:
            yield tell
    else:
        yield PlainLog()


class PlainLog:
    """Ticks as lines: each step that matters, and of many small ones every tenth of the way."""

    def __init__(self) -> None:
        self._told: dict[str, int] = {}

    def __call__(self, tick: Tick) -> None:
        if tick.status is None:
            return
        percent = 100 * tick.done // tick.total if tick.total else 100
        due = percent >= self._told.get(tick.phase, 0) + EVERY or tick.done == tick.total
        if tick.quiet and not due and tick.status not in BAD:
            return
        if due:
            self._told[tick.phase] = percent
        seconds = "" if tick.seconds is None else f" {tick.seconds:.2f} s"
        err.print(f"{tick.phase}: {tick.done} of {tick.total} {tick.label} {tick.status}{seconds}", soft_wrap=True)


@contextmanager
def _bars() -> Iterator[Tell]:
    columns = (
        SpinnerColumn(finished_text="[green]✓"),
        TextColumn("{task.description}", style="bold"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[label]}", style="dim"),
    )
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=err, transient=False) as bars:

        def tell(tick: Tick) -> None:
            if tick.phase not in tasks:
                for earlier in tasks.values():  # phases run one after the other: an earlier one is over
                    total = bars.tasks[earlier].total or 1
                    bars.update(earlier, total=total, completed=total, label="")
                tasks[tick.phase] = bars.add_task(tick.phase, total=None, label="")
            bars.update(
                tasks[tick.phase],
                total=tick.total or None,
                completed=tick.done,
                label="" if tick.total and tick.done == tick.total else tick.label[:LABEL],
            )

        yield tell
