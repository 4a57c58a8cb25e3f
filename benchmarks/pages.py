"""How long a page of the dashboard takes in a browser, and a filter on it: `python -m benchmarks.pages`.

Reads the published version of $GHALA_HOME. Chromium keeps nothing between two views of a page; it and the server share
the machine. A view ends with the last chart and the first row, a filter with the last change of a figure.
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from consumption import published
from consumption.dashboard.app import SETS
from orchestration.config import settings
from orchestration.errors import GhalaError

LIMITS = {"view": 3.0, "filter": 0.5}  # seconds
NAMES = ("chromium", "chromium-browser", "google-chrome")
SWITCHES = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking")
QUIET = 1500  # ms without a change: nothing more will come
WAIT = 60_000  # ms
DRAWN = """() => document.querySelector('.ghala-kpi')
    && document.querySelector('.ag-row, .table-container .ghala-note:not([hidden])')
    && [...document.querySelectorAll('.dash-graph')].every(graph => graph.querySelector('.trace, .annotation-text'))"""
# Scrollbars fade away long after the last row.
WATCH = """() => { let clicked = 0; window.changed = 0;
    document.addEventListener('click', () => { clicked = performance.now(); window.changed = 0; }, true);
    new MutationObserver(changes => { for (const { target } of changes) {
        const place = target instanceof Element ? target : target.parentElement;
        if (place?.closest('.dash-graph, .ag-root-wrapper, .ghala-kpis') && !place.closest('[class*=-scroll]'))
            window.changed = performance.now() - clicked; } })
        .observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true }); }"""


def main() -> int:
    """Print a table of seconds; exit code 1 when a median breaks its limit, 2 without a browser or such a page."""
    known = [make.__name__ for group in SETS.values() for make in group]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("pages", nargs="*", default=known, metavar="PAGE", help=", ".join(known))
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    if strange := set(options.pages) - set(known):
        parser.error(f"there is no page {', '.join(sorted(strange))}; there are {', '.join(known)}")
    try:
        published.cursor(settings().serving)
    except GhalaError as error:
        print(f"error {error}", file=sys.stderr)
        return error.exit_code
    browser = next(filter(None, map(shutil.which, NAMES)), None)
    if browser is None:
        print("error Chromium is missing; next: apt-get install chromium", file=sys.stderr)
        return 2
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    print("| page | view: median / worst (s) | filter: median / worst (s) |\n|---|---|---|")
    slow = []
    with _server() as url, sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=browser, args=list(SWITCHES))
        for name in options.pages:
            seconds = {"view": _views(chromium, url, name, options.repeat)}
            seconds["filter"] = _filters(chromium, url, name, options.repeat)
            print(f"| {name} | {_said(seconds['view'])} | {_said(seconds['filter'])} |", flush=True)
            slow += [
                f"{name}: {kind} {statistics.median(took):.2f} s (limit {LIMITS[kind]})"
                for kind, took in seconds.items()
                if statistics.median(took) > LIMITS[kind]
            ]
        chromium.close()
    print("\n".join(slow) or "all limits hold")
    return int(bool(slow))


@contextmanager
def _server() -> Iterator[str]:
    command = [sys.executable, "-m", "consumption.dashboard", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield next(line for line in process.stdout or () if "http://" in line).split()[1]
        finally:
            process.kill()


def _opened(chromium: Any, url: str, name: str) -> tuple[Any, float]:
    """A tab of a browser that knows nothing yet, and how long the page took."""
    page = chromium.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.set_default_timeout(WAIT)
    began = time.perf_counter()
    page.goto(f"{url}/{name}")
    page.wait_for_function(DRAWN)
    return page, time.perf_counter() - began


def _views(chromium: Any, url: str, name: str, repeat: int) -> list[float]:
    """Without the first view, for which the server imports and DuckDB reads the file."""
    found = []
    for _ in range(repeat + 1):
        page, seconds = _opened(chromium, url, name)
        found.append(seconds)
        page.context.close()
    return found[1:]


def _filters(chromium: Any, url: str, name: str, repeat: int) -> list[float]:
    """Another choice of the first filter each time, so that no answer is known; the first is not counted."""
    page, _ = _opened(chromium, url, name)
    page.wait_for_timeout(QUIET)
    page.evaluate(WATCH)
    found = []
    for number in range(repeat + 1):
        page.click(".dash-dropdown >> nth=0")
        page.wait_for_selector(".dash-dropdown-option")
        choices = page.query_selector_all(".dash-dropdown-option")
        choices[(number + 2) % len(choices)].click()
        page.wait_for_timeout(QUIET)
        page.wait_for_function("() => window.changed > 0")
        found.append(page.evaluate("window.changed") / 1000)
    page.context.close()
    return found[1:]


def _said(seconds: list[float]) -> str:
    return f"{statistics.median(seconds):.2f} / {max(seconds):.2f}"


if __name__ == "__main__":
    sys.exit(main())
