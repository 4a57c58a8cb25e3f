"""How fast the marts answer, with ten times the facts too, and beside PostgreSQL: `python -m benchmarks.reads`."""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb

from benchmarks import reads_duckdb, reads_postgres, reads_report
from benchmarks.reads_clients import Layout, many_clients, one_client
from benchmarks.reads_questions import Question, columns_read, cookbook, dashboard
from benchmarks.reads_worlds import columns_of, last_day_of, ten_fold, without_layout
from benchmarks.worlds import ghala, simulate, started
from orchestration.publish_files import LINK

BESIDE = ("before", "10x", "postgres")
SECONDS = 10.0  # of a question and a layout that takes long
LAST_DIGIT = 0.11  # PostgreSQL rounds decimals where DuckDB rounds doubles: one unit of the last digit


def main() -> None:
    """Measure, print a table (or JSON), and say which limits are broken: exit code 1 if one is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--star", type=Path, help="a published file or star.duckdb; else a small world is made")
    parser.add_argument("--before", type=Path, help="the same star without order and aggregates; else it is made")
    parser.add_argument("--skus", type=int, default=100, help="of the world that is made")
    parser.add_argument("--warehouses", type=int, default=3)
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--repeat", type=int, default=20, help="times that one client asks each question")
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=2, help="times that each of many clients asks all questions")
    parser.add_argument("--jit", choices=("on", "off"), default="off", help="of PostgreSQL")
    parser.add_argument(
        "--beside", nargs="*", choices=BESIDE, default=BESIDE, help="what is measured in turns with now"
    )
    parser.add_argument("--questions", choices=("all", "cookbook", "dashboard"), default="all")
    parser.add_argument("--scratch", type=Path, help="where copies and servers are made, and removed at the end")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="ghala-reads-", dir=options.scratch))
    try:
        report = measured(options, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(report, indent=2, default=str) if options.json else report["table"])
    print("\n".join(report["broken"]) or "all limits hold", file=sys.stderr if options.json else sys.stdout)
    raise SystemExit(1 if report["broken"] else 0)


def measured(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Times by question and layout, rows scanned, and the limits that are broken."""
    star = options.star or _world(folder / "home", options)
    questions = cookbook() if options.questions != "dashboard" else []
    questions += dashboard(last_day_of(star)) if options.questions != "cookbook" else []
    with ExitStack() as stack:
        # the dashboard speaks DuckDB's SQL only: alone, there is nothing to ask a peer
        is_beside = "postgres" in options.beside and options.questions != "dashboard"
        peer = _peer(stack, star, folder, options.jit) if is_beside else None
        files = {"after": star, **_copies(star, options, folder, questions)}
        opened = {kind: stack.enter_context(reads_duckdb.opened(file, folder)) for kind, file in files.items()}
        layouts = {kind: reads_duckdb.layout(opened[kind], questions, before=kind == "before") for kind in files}
        layouts |= {"postgres": peer} if peer else {}
        questions = [one for one in questions if one.name in layouts["after"].names]
        _compare(layouts, questions)
        names = [one.name for one in questions]
        one = one_client(layouts, names, options.repeat, SECONDS)
        many = {
            kind: many_clients(layout, names, options.clients, options.rounds)
            for kind, layout in layouts.items()
            if kind != "before"
        }
        ask = layouts["after"].client()
        sizes = {item.name: (reads_duckdb.scanned(opened["after"], item), len(ask(item.name))) for item in questions}
        order_lines = _order_lines(opened["after"])
    return {
        "one_client": {name: {kind: asdict(times) for kind, times in by.items()} for name, by in one.items()},
        "many_clients": {kind: {name: asdict(times) for name, times in by.items()} for kind, by in many.items()},
        "scanned_and_rows": sizes,
        "order_lines": order_lines,
        "broken": reads_report.broken(one, many, order_lines),
        "table": reads_report.table(one, many, sizes),
    }


def _world(home: Path, options: argparse.Namespace) -> Path:
    with started(home, options.skus, options.warehouses, options.days):
        ghala(home, "run", "--to", simulate(home, "today"))
    return home / "serving" / LINK


def _copies(star: Path, options: argparse.Namespace, folder: Path, questions: Sequence[Question]) -> dict[str, Path]:
    everything, files = columns_of(star), {}
    if "before" in options.beside:
        files["before"] = options.before or folder / "before.duckdb"
        if options.before is None:
            without_layout(star, files["before"], columns_read([one.before for one in questions], everything))
    if "10x" in options.beside:
        files["10x"] = folder / "ten.duckdb"
        ten_fold(star, files["10x"], columns_read([one.sql for one in questions], everything))
    return files


def _peer(stack: ExitStack, star: Path, folder: Path, jit: str) -> Layout:
    """Is asked the cookbook: the dashboard's queries are in DuckDB's words."""
    asked = cookbook()
    dsn, process = stack.enter_context(reads_postgres.started(folder / "postgres", jit))
    reads_postgres.load(star, dsn, columns_read([one.sql for one in asked], columns_of(star)))
    return reads_postgres.layout(dsn, process, asked)


def _compare(layouts: dict[str, Layout], questions: Sequence[Question]) -> None:
    """Ends the benchmark when the layout before or the peer answers otherwise."""
    expected = layouts["after"].client()
    for kind, unit in (("before", 0.0), ("postgres", LAST_DIGIT)):
        if kind not in layouts:
            continue
        ask = layouts[kind].client()
        for one in questions:
            if one.name in layouts[kind].names:
                found, right = ask(one.name), expected(one.name)
                if not reads_report.agree(found, right, unit):
                    raise SystemExit(
                        f"{kind} answers {one.name} otherwise: {reads_report.difference(found, right, unit)}"
                    )


def _order_lines(connection: duckdb.DuckDBPyConnection) -> int:
    return int(connection.execute("select count(*) from marts.fct_order_lines").fetchall()[0][0])


if __name__ == "__main__":
    main()
