"""The dashboards as one Dash application on a serving folder."""

from pathlib import Path
from typing import Any

import vizro.models as vm
from dash import Dash, Input, Output, callback, clientside_callback, dcc, html
from vizro import Vizro
from vizro.managers import data_manager

from consumption.dashboard import paying, queries, running, selling, supplying, trust
from consumption.dashboard.chart import themes
from consumption.dashboard.data import loader
from consumption.dashboard.status import status

TITLE = "Ghala"
LOOK_SECONDS = 5  # how long a new version goes unnoticed on an open page; a look is a readlink and a cached answer
ASSETS = Path(__file__).parent / "assets"
FIRST = "sales"
# What a page asks for only once it has been laid out, the charts first of all: fetched while the rest is parsed.
SOON = (
    "plotly/package_data/plotly.min.js",
    "dash/dcc/async-graph.js",
    "dash/dcc/async-dropdown.js",
    "dash_ag_grid/async-community.js",
)
BUSINESS = (
    selling.sales,
    selling.service,
    supplying.inventory,
    supplying.suppliers,
    paying.payments,
    supplying.forecast,
    selling.promotions,
)
TRUST = (trust.freshness, trust.gates, trust.quarantine, running.series, running.runs)
SETS = {"Business": BUSINESS, "Trust": TRUST}


class GhalaDashboard(vm.Dashboard):
    """A dashboard whose header says what its data are."""

    def custom_header(self) -> list[Any]:
        """Badges, filled by a callback when a page opens and every few seconds."""
        return [
            html.Div(id="ghala-status"),
            dcc.Store(id="ghala-version"),
            dcc.Interval(id="ghala-look", interval=1000 * LOOK_SECONDS),
        ]


def build(serving: Path) -> Dash:
    """The application. Its pages read `serving` when they are opened, not now."""
    Vizro._reset()  # one application per process, as often as a test wants it
    for name in queries.names():
        data_manager[name] = loader(serving, name)
    themes()
    pages = {title: [make(serving) for make in makers] for title, makers in SETS.items()}
    every = [page for group in pages.values() for page in group]
    dashboard = GhalaDashboard(
        title=TITLE,
        theme="vizro_light",
        pages=every,
        navigation=vm.Navigation(pages={title: [page.id for page in group] for title, group in pages.items()}),
    )
    application = Vizro(assets_folder=str(ASSETS), serve_locally=True, update_title="").build(dashboard).dash
    soon = "".join(f'<link rel="preload" as="script" href="/_dash-component-suites/{one}">' for one in SOON)
    application.index_string = application.index_string.replace("{%css%}", soon + "{%css%}")
    _watch(serving, every)
    return application


def _watch(serving: Path, pages: list[vm.Page]) -> None:
    """The badges of each page, and a fresh page when another version is published."""
    marts = {page.path: _marts(page) for page in pages}

    @callback(
        Output("ghala-status", "children"),
        Output("ghala-version", "data"),
        Input("_pages_location", "pathname"),
        Input("ghala-look", "n_intervals"),
    )
    def look(path: str | None, _: int | None) -> tuple[list[html.Span], str]:
        version, badges = status(serving, marts.get(path or "/", ()))
        return badges, version

    # The filters are in the address: the same view comes back, of the new version.
    clientside_callback(
        """version => {
            if (version && window.ghalaVersion && window.ghalaVersion !== version) { window.location.reload(); }
            window.ghalaVersion = version || window.ghalaVersion;
            return window.dash_clientside.no_update;
        }""",
        Output("ghala-version", "storage_type"),
        Input("ghala-version", "data"),
    )


def _marts(page: vm.Page) -> frozenset[str]:
    figures = [one.id for one in page.components if one.id in queries.names()]
    return frozenset().union(*(queries.marts(name) for name in figures))
