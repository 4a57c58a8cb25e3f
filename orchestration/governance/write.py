"""Writes the pages below $GHALA_HOME/governance, with `ops` as it is now."""

import shutil
from pathlib import Path

from orchestration.config import Settings
from orchestration.contracts import contracts_of
from orchestration.dbt import manifest
from orchestration.durable import write_durably
from orchestration.governance.collect import overview
from orchestration.governance.page import render
from orchestration.lock import writer
from orchestration.ops import files, staleness_tables, star
from orchestration.progress import Tell, silent


def write(settings: Settings, tell: Tell = silent) -> Path:
    """Write all pages; returns the overview. What landed or was stopped since the last build is in them.

    The star is only read: a version is published from the file that its build has left.
    """
    contracts = contracts_of(settings.contracts)
    nodes = manifest.load(settings, tell)
    with writer(settings.home):
        with star.in_memory(settings.star) as connection:
            star.fill_loads(connection, settings.home)
            staleness_tables.fill(connection, settings.home, nodes)
            star.fill_runs(connection, files.known(settings.home))
            pages = render(overview(connection, contracts, nodes), contracts)
        folder = settings.home / "governance"
        shutil.rmtree(folder, ignore_errors=True)
        for path, text in pages.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            write_durably(file, text.encode())
    return folder / "index.html"
