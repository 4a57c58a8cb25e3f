"""The summary as a person likes to read it: what came in, what came out, whether to trust it, what to do next."""

from collections.abc import Mapping
from math import floor

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from orchestration.alerts.model import Incident
from orchestration.alerts.payload import title
from orchestration.cli.read import answer_table
from orchestration.dbt.outcome import Outcome
from orchestration.ops.figures import GOALS
from orchestration.ops.staleness import Stale, in_words
from orchestration.summary import SkippedFile, Source, Status, Summary

WARNED = 3  # names of warned tests on the summary; all are in `ghala status --json` and in Dagster
SKIPPED = 5  # skipped files on a terminal
DAYS_FROM = 72  # hours that are easier to read as days
TIERS = {"1": "schema, keys, types", "2": "business rules", "3": "statistics"}
FIGURES = {
    "passing_share": "rows pass",
    "completeness": "complete",
    "schema_conformity": "schema",
    "on_time_share": "on time",
}
COLOURS = {"fresh": "green", "late": "yellow", "stale": "red", "never": "red"}
HOW = {"kept": "nothing new, the version stays", "held": "NOT published what was built"}
INDENT = (0, 0, 1, 2)


def show(out: Console, summary: Summary) -> None:
    """Print the summary of a run."""
    out.print()
    _section(out, "Sources", sources_table(summary.sources, with_new=True))
    _stale(out, summary.stale)
    _skipped(out, summary.skipped_files)
    _section(out, "Marts", marts_table(summary))
    _section(out, "Gates", Group(gate_rows(summary.gates), *_warned(summary.warned), *quality_line(summary.quality)))
    for answer in summary.answers:
        _section(out, answer.question, answer_table(answer.columns, answer.rows))
    _section(out, "Ready", _ready(summary))


def show_status(out: Console, status: Status) -> None:
    """Print the present state."""
    version = status.version
    facts = Table.grid(padding=(0, 2))
    facts.add_row("home", status.home)
    facts.add_row("readers see", f"version {version.version} of {version.created_at}" if version else "nothing yet")
    if status.held:
        facts.add_row(
            "", Text(f"put back from {status.held.left}; runs publish nothing: ghala versions", style="yellow")
        )
    facts.add_row("versions", str(status.versions))
    facts.add_row("loads", f"{status.loads:,} landed" + (f", {version.loads:,} published" if version else ""))
    facts.add_row("last build", status.last_build)
    out.print()
    _section(out, "Ghala", facts)
    if status.gates:
        _section(out, "Gates of the last build", Group(gate_rows(status.gates), *quality_line(status.quality)))
    _section(out, "Sources", Group(sources_table(status.sources, with_new=False), *_gaps(status.sources)))
    _stale(out, status.stale)
    _skipped(out, status.skipped_files)
    if status.incidents:
        _section(out, f"Open incidents: {len(status.incidents):,}", incidents_table(status.incidents))


def incidents_table(incidents: list[Incident]) -> RenderableType:
    """One row per incident, the first few of many."""
    table = _table()
    table.add_column("tier", justify="right")
    for name in ("incident", "who"):
        table.add_column(name, overflow="fold")
    table.add_column("since", no_wrap=True)
    for one in incidents[:SKIPPED]:
        style = "red" if one.tier == 1 else "yellow"
        table.add_row(str(one.tier), Text(title(one), style=style), Text(one.owner), one.first_seen_at[:10])
    return Group(table, Text("all of them, with what happened: ghala alerts list", style="dim"))


def sources_table(sources: list[Source], with_new: bool) -> Table:
    """One row per source table, at most 78 columns wide."""
    table = _table(gap=1)
    table.add_column("table", no_wrap=True)
    for name in ("new rows", "all rows", "set aside") if with_new else ("rows", "days", "set aside"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("through", no_wrap=True)
    table.add_column("fresh?", no_wrap=True)
    for source in sources:
        counts = (source.new, source.rows) if with_new else (source.rows, source.days)
        table.add_row(
            source.table,
            *(f"{count:,}" for count in counts),
            Text(f"{source.quarantined:,}", style="yellow" if source.quarantined else "dim"),
            source.through,
            _freshness(source),
        )
    return table


def _skipped(out: Console, files: list[SkippedFile]) -> None:
    """The files that a day landed without; nothing where there are none."""
    if not files:
        return
    table = _table()
    for name in ("table", "file and problem"):
        table.add_column(name, overflow="fold")
    for file in files[:SKIPPED]:
        table.add_row(file.table, Text(f"{file.name}\n{file.problem}", style="yellow"))
    more = f"and {len(files) - SKIPPED:,} more (--json has all); " if len(files) > SKIPPED else ""
    hint = Text(f"{more}the day lands again when they are repaired: ghala run", style="dim")
    _section(out, f"Skipped files: {len(files):,}", Group(table, hint))


def _gaps(sources: list[Source]) -> list[Text]:
    """Days that are missing between others, on one line; none where there are none."""
    found = [f"{source.table} ({source.gaps:,})" for source in sources if source.gaps]
    return [Text(f"days missing in between: {', '.join(found)}; they land with: ghala run", "yellow")] if found else []


def _stale(out: Console, stale: list[Stale]) -> None:
    """The sources that are down or late, one paragraph each; nothing where there are none."""
    if not stale:
        return
    sentences = [Text(sentence, style="red", overflow="fold") for sentence in in_words(stale)]
    hint = Text("their previous data are in place; the missing days land by themselves: ghala run", style="dim")
    _section(out, f"Stale source tables: {len(stale):,}", Group(*sentences, hint))


def _freshness(source: Source) -> Text:
    """The state and the age of the last landed day; `ghala status --json` has what was promised."""
    state = Text(source.freshness, style=COLOURS.get(source.freshness, ""))
    if source.freshness in ("fresh", "late", "stale"):
        state.append(f" {_hours(source.age_hours)}", style="dim")
    return state


def marts_table(summary: Summary) -> Table:
    """One row per published mart, facts after dimensions; what `ops` keeps of runs is no mart."""
    table = _table()
    table.add_column("table", no_wrap=True)
    table.add_column("rows", justify="right")
    table.add_column("change", justify="right")
    table.add_column("through", no_wrap=True)
    for name, rows in summary.version.tables.items():
        if name.startswith("ops."):
            continue
        change = summary.changes[name]
        text = "" if change is None else f"{change:+,}" if change else "·"
        table.add_row(name, f"{rows:,}", Text(text, style="dim"), summary.version.dates.get(name, ""))
    return table


def gates_table(outcome: Outcome) -> RenderableType:
    """The gates of a build, with the names of warned tests."""
    warned = [f"{node.name} ({node.failures})" for node in outcome.nodes if node.status == "warn"]
    return Group(gate_rows(outcome.gates), *_warned(warned))


def gate_rows(gates: dict[str, dict[str, int]]) -> Table:
    """One row per tier: how many tests passed, warned, failed."""
    table = _table()
    table.add_column("tier", no_wrap=True)
    for name in ("passed", "warned", "failed"):
        table.add_column(name, justify="right")
    for tier, counts in gates.items():
        table.add_row(
            f"{tier} {TIERS.get(tier, '')}",
            Text(str(counts["passed"]), style="green"),
            Text(str(counts["warned"]), style="yellow" if counts["warned"] else "dim"),
            Text(str(counts["failed"]), style="red" if counts["failed"] else "dim"),
        )
    return table


def quality_line(quality: Mapping[str, float | None]) -> list[Text]:
    """The figures of a run against their goals, and below them those of many runs; none where nothing came."""
    of_runs = {name: value for name, value in quality.items() if name == "on_time_share"}
    of_this = {name: value for name, value in quality.items() if name not in of_runs}
    return [_figures(values) for values in (of_this, of_runs) if any(value is not None for value in values.values())]


def _figures(quality: Mapping[str, float | None]) -> Text:
    line = Text()
    for name, value in quality.items():
        if value is not None:
            style = "green" if value >= GOALS[name] else "red"
            line.append(f"{FIGURES[name]} ", style="dim")
            line.append(f"{floor(1e4 * value) / 1e2:g} %", style=style)  # 99.999 % is not all
            line.append(f" (goal {100 * GOALS[name]:g})  ", style="dim")
    return line


def _ready(summary: Summary) -> Table:
    grid = Table.grid(padding=(0, 2))
    version = summary.version
    how = HOW.get(summary.how, f"new ({summary.how})")
    grid.add_row("version", f"{version.version}, {version.bytes / 1e6:,.1f} MB, {how}")
    if summary.how == "held":
        grid.add_row("", Text("a rollback holds it; look, then: ghala diff, ghala publish", style="yellow"))
    grid.add_row("file", Text(summary.file, overflow="fold"))
    took = ", ".join(f"{phase} {seconds:.1f}" for phase, seconds in summary.seconds.items())
    grid.add_row("seconds", f"{sum(summary.seconds.values()):.1f}: {took}")
    grid.add_row("next", Text("ghala query 'show tables'", style="bold"))
    for command in ("ghala status", "ghala versions", "make ui", "make run (the next day)"):
        grid.add_row("", command)
    return grid


def _hours(hours: float) -> str:
    return f"{hours:.0f} h" if hours < DAYS_FROM else f"{hours / 24:,.0f} d"


def _warned(names: list[str]) -> list[Text]:
    if not names:
        return []
    more = f" and {len(names) - WARNED} more" if len(names) > WARNED else ""
    return [Text(f"warned: {', '.join(names[:WARNED])}{more}", style="yellow")]


def _table(gap: int = 2) -> Table:
    return Table(box=None, pad_edge=False, header_style="dim", padding=(0, gap, 0, 0))


def _section(out: Console, title: str, body: RenderableType) -> None:
    out.print(Rule(Text(title, style="bold"), align="left", style="dim"))
    out.print(Padding(body, INDENT))
