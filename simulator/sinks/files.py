"""All files of one day, by the folder that they go to; and writing them."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

from simulator.clock import date_of
from simulator.config import Paths
from simulator.engine.forecasts import forecast_demand
from simulator.engine.output import DayOutput
from simulator.engine.quotes import quote_prices
from simulator.engine.web import web_events
from simulator.masters.text import Texts
from simulator.masters.world import World
from simulator.sinks import drops
from simulator.sinks.csv_drops import adjustments, delivery_notes, quotes
from simulator.sinks.forecasts import forecast_file
from simulator.sinks.mpesa import mpesa_files
from simulator.sinks.web import web_file
from simulator.state import State

# {folder below sources/: {file name: content}}
Files = dict[str, dict[str, bytes]]
WEB_DAYS = 92


def files_of(output: DayOutput, state: State, world: World, texts: Texts, web: bool = True) -> Files:
    """The files of a day, of which `state` is the end; `web` False leaves out what the shop would have deleted."""
    day, when = output.day, date_of(world.config, output.day)
    files: Files = {
        "wms": {
            **drops.workbooks(output.counts, when, world, texts),
            **adjustments(output.ledger, when, world, texts),
            **delivery_notes(output.notes, when, texts),
        },
        **{f"mpesa/{kind}": content for kind, content in mpesa_files(output, world).items()},
        "supplier_feed": quotes(quote_prices(world, state, day), when, texts),
        "forecasts": forecast_file(forecast_demand(world, state, day), when, texts),
    }
    if web:
        files["web"] = web_file(*web_events(world, state, output), when, world, texts)
    return files


def write_files(paths: Paths, when: date, files: Files) -> None:
    """Put them at <folder>/YYYY/MM/DD, each folder in one step; a folder without files is not made."""
    for folder, content in files.items():
        if content:
            drops.write_drop(paths.sources / folder, when, content)


def forget_web(paths: Paths, last: date) -> None:
    """Remove the events that are too old on day `last`."""
    for folder in paths.web.glob("????/??/??"):
        year, month, day = map(int, folder.parts[-3:])
        if date(year, month, day) <= last - timedelta(days=WEB_DAYS):
            shutil.rmtree(folder)


def sweep(paths: Paths) -> None:
    """Delete what a killed writer left."""
    folders: list[Path] = [*paths.drops, *paths.mpesa.glob("*")]
    for folder in folders:
        drops.sweep(folder)
