"""Pictures of the architecture, drawn to files in docs/architecture: `python -m consumption.docsite.diagrams`."""

import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from consumption.charts.boxes import Box, curve, down, drawn, stacked
from consumption.charts.svg import MARGIN, WIDTH, alone, drawing, rect, text
from orchestration.config import settings

FOLDER = Path("docs") / "architecture"
SOURCES = (
    ("ERP", ("PostgreSQL",)),
    ("web shop", ("REST, JSON",)),
    ("warehouses", ("Excel, CSV",)),
    ("M-PESA, web events", ("JSON, CSV",)),
    ("suppliers, forecasts", ("CSV, Parquet",)),
)
READERS = (
    ("analysts", ("SQL, Python, Excel",)),
    ("dashboards", ("and BI tools",)),
    ("programs", ("metrics, exports",)),
)


def flow() -> str:
    """From sources to readers."""
    sources = stacked(MARGIN, 40, 172, SOURCES, gap=12, tone=1)
    x, width = 240.0, 300.0
    steps = [
        ("contracts", ("types, rules, owner, service level",), 5),
        ("landing", ("strict casts and row rules in one pass", "bronze: Parquet by day, with a manifest"), 2),
        ("dbt on DuckDB", ("staging → latest version per key", "→ snapshots → facts and dimensions"), 2),
        ("gates", ("tier 1 blocks; tiers 2 and 3 warn",), 4),
        ("publish", ("copy, then flip one link",), 0),
    ]
    middle: list[Box] = []
    for title, lines, tone in steps:
        y = middle[-1].y + middle[-1].height + 22 if middle else 40.0
        middle.append(Box(x, y, width, title, lines, tone))
    readers = stacked(596, 250, 152, READERS, gap=14, tone=3)
    kept = Box(596, 92, 152, "quarantine", ("bad rows and why", "nothing is lost"), 4)
    parts = [curve(source, middle[1]) for source in sources]
    parts += [down(one, other) for one, other in pairwise(middle)]
    parts += [curve(middle[1], kept, 4), *(curve(middle[-1], reader, 3) for reader in readers)]
    parts += map(drawn, [*sources, *middle, kept, *readers])
    parts += [text(MARGIN, 22, "sources", "gc-strong"), text(x, 22, "Ghala, one machine", "gc-strong")]
    parts.append(text(596, 238, "readers", "gc-strong"))
    bottom = max(middle[-1].y + middle[-1].height, readers[-1].y + readers[-1].height)
    return drawing(WIDTH, bottom + MARGIN, parts, "How data flow through Ghala")


def publish() -> str:
    """One writer, versions, readers."""
    build = Box(MARGIN, 60, 190, "star.duckdb", ("one writer builds here", "gates look at it here"), 2)
    versions = [
        Box(290, 40, 230, "ghala-20261121….duckdb", ("the version of this morning",), 0),
        Box(290, 108, 230, "ghala-20261120….duckdb", ("yesterday's",), 5),
        Box(290, 176, 230, "… five are kept", ("ghala rollback goes back to one",), 5),
    ]
    link = Box(290, 264, 230, "serving/ghala.duckdb", ("a link, flipped in one step",), 1)
    readers = [
        Box(590, 40, 158, "new readers", ("follow the link",), 3),
        Box(590, 108, 158, "older readers", ("keep their version",), 3),
    ]
    parts = [curve(build, versions[0], 2), curve(versions[0], readers[0], 3), curve(versions[1], readers[1], 3)]
    parts += map(drawn, [build, *versions, link, *readers])
    parts.append('<path d="M284 288H268V65H282" class="gc-s1" style="stroke-dasharray:5 4"/>')
    parts.append('<path d="M278 61L284 65L278 69" class="gc-s1"/>')
    parts += [text(MARGIN, 50, "build", "gc-strong"), text(290, 24, "published versions", "gc-strong")]
    parts.append(text(MARGIN, 150, "copied when the gates pass", "gc-soft"))
    return drawing(WIDTH, 330, parts, "One writer, published versions, any number of readers")


def house() -> str:
    """The folders, from what runs everything down to what knows nothing of it."""
    rows: Sequence[tuple[str, Sequence[tuple[str, tuple[str, ...], int]]]] = (
        (
            "outside",
            (
                ("simulator", ("a retailer; Ghala reads it as a stranger",), 5),
                ("chaos, benchmarks", ("drive Ghala from outside",), 5),
            ),
        ),
        (
            "runs it",
            (
                ("ghala (command line)", ("run, status, rollback, query",), 0),
                ("Dagster", ("the same steps, on a schedule",), 0),
            ),
        ),
        (
            "builds",
            (
                ("ingest", ("extract, check, land",), 2),
                ("dbt project", ("models, snapshots, tests",), 2),
                ("publish, ops", ("versions, what each run did",), 2),
            ),
        ),
        ("reads", (("consumption", ("reads the published marts; builds nothing",), 3),)),
        (
            "says it",
            (
                ("contracts", ("the only place that describes a source",), 1),
                ("docs", ("dictionary, cookbook, runbooks",), 1),
            ),
        ),
    )
    left, y = 96.0, 16.0
    parts: list[str] = []
    for name, boxes in rows:
        width = (WIDTH - MARGIN - left - 14 * (len(boxes) - 1)) / len(boxes)
        row = [Box(left + at * (width + 14), y, width, *box) for at, box in enumerate(boxes)]
        parts.append(rect(MARGIN, y, 4, row[0].height, f"gc-f{boxes[0][2]}"))
        parts.append(text(MARGIN + 12, row[0].middle + 4, name, "gc-strong"))
        parts += map(drawn, row)
        y += row[0].height + 14
    return drawing(WIDTH, y, parts, "The parts of the house")


PICTURES = {"flow.svg": flow, "publish.svg": publish, "house.svg": house}


def main() -> None:
    """Draw all of them."""
    for name, draw in PICTURES.items():
        (settings().project / FOLDER / name).write_text(alone(draw()), encoding="utf-8")
    sys.stdout.write(f"{len(PICTURES)} pictures in {FOLDER}\n")


if __name__ == "__main__":
    main()
