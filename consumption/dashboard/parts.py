"""How a page is put together: key figures, charts, the rows, and the filters that act on all of them."""

from pathlib import Path
from typing import Any, Literal

import duckdb
import vizro.actions as va
import vizro.models as vm
from vizro.models.types import CapturedCallable

from consumption.dashboard import queries
from consumption.dashboard.address import linked
from consumption.dashboard.cards import Kpi, kpis
from consumption.dashboard.chart import Chart
from consumption.dashboard.data import calendar, options
from consumption.dashboard.period import RELATIVE, USUAL, label, months
from consumption.dashboard.saved import Saved
from consumption.dashboard.tables import Rows, rows
from orchestration.errors import GhalaError

TITLES = {"warehouse": "Warehouse", "category": "Category", "channel": "Channel", "supplier": "Supplier",
          "model": "Forecast model", "source": "Source", "series": "Watched series", "tier": "Tier"}  # fmt: skip
SHOWN = 40  # characters of a value that nobody knows: a link may hold a whole page


class Choice(vm.Dropdown):
    """A filter whose values are those of the version that readers see when the page opens."""

    type: Literal["choice"] = "choice"
    control: str
    kind: str
    serving: Path

    def build(self) -> Any:
        """The dropdown with the values of now; none when nothing can be read, which the page itself says.

        A value of a link that does not exist is shown too: Dash drops a value without an option, and the page would
        show everything, as if that had been asked for.
        """
        known = self._now()
        strange = [value for value in linked(self.control) if value not in known]
        return self([_option(value, label) for value, label in known.items()]
                    + [_option(value, f"{value[:SHOWN]} (unknown)") for value in strange])  # fmt: skip

    def _now(self) -> dict[str, str]:
        """Each value and its label."""
        try:
            if self.kind == "period":
                return RELATIVE | {month: label(month) for month in months(*calendar(self.serving)[:2])}
            return {value: value for value in options(self.serving)[self.kind]}
        except (GhalaError, duckdb.Error):
            return {}


def _option(value: str, words: str) -> dict[str, str]:
    return {"value": value, "label": words}


vm.Parameter.add_type("selector", Choice)


def cards(name: str, *each: Kpi) -> vm.Figure:
    """The key figures of a page."""
    return vm.Figure(id=name, figure=kpis(name, cards=[tuple(one) for one in each]))


def chart(
    name: str, figure: CapturedCallable, title: str, text: str = "", *, wide: bool = False, sets: str = ""
) -> Any:
    """A chart with a title that says what is seen; `sets`: a click on a bar chooses this filter of the page."""
    page = name.partition("_")[0]
    actions = [va.set_controls(controls=f"{page}_{sets}", value="customdata[0]")] if sets else []
    return Chart(
        id=name,
        figure=figure,
        title=title,
        header=text,
        actions=actions,
        extra={"className": "ghala-wide" if wide else "", "config": {"displayModeBar": False, "frameMargins": 0}},
    )


def table(name: str, title: str, text: str = "") -> list[Any]:
    """The rows, and the button that saves them as CSV."""
    return [
        Rows(id=name, figure=rows(name), title=title, header=text),
        vm.Button(
            id=f"{name}_export",
            text="Save these rows as CSV",
            icon="download",
            variant="outlined",
            actions=Saved(targets=[name]),
        ),
    ]


def page(serving: Path, name: str, title: str, components: list[Any], text: str) -> vm.Page:
    """A page whose filters are those that its queries know."""
    figures = [one.id for one in components if not isinstance(one, vm.Button)]
    return vm.Page(
        id=name,
        title=title,
        path=f"/{name}",
        description=text,
        layout=vm.Flex(extra={"className": "ghala-page"}),
        components=components,
        controls=_controls(serving, name, figures),
    )


def _controls(serving: Path, name: str, figures: list[str]) -> list[vm.Parameter]:
    dated = [one for one in figures if {"date_to", "run_to"} & queries.parameters(one)]
    found = [_control(serving, name, "period", "Period", dated)] if dated else []
    for kind in queries.CHOICES:
        if touched := [one for one in figures if kind in queries.parameters(one)]:
            found.append(_control(serving, name, kind, TITLES[kind], touched))
    return found


def _control(serving: Path, page_name: str, kind: str, title: str, figures: list[str]) -> vm.Parameter:
    is_period = kind == "period"
    selector = Choice(
        control=f"{page_name}_{kind}",
        kind=kind,
        serving=serving,
        title=title,
        options=[USUAL] if is_period else ["all"],
        value=USUAL if is_period else [],
        multi=not is_period,
        extra={"placeholder": "All", "clearable": not is_period},
    )
    return vm.Parameter(
        id=f"{page_name}_{kind}",
        targets=[f"{figure}.data_frame.{kind}" for figure in figures],
        selector=selector,
        show_in_url=True,
    )
