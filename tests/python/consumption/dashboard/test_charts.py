"""Charts are made as plotly's JSON, which nothing checks on the way: here plotly's own classes do."""

from pathlib import Path

import plotly.graph_objects as go
import pytest
import vizro.models as vm
from vizro import Vizro

from consumption.dashboard.app import SETS
from consumption.dashboard.chart import Chart
from consumption.dashboard.data import loader

MAKERS = {make.__name__: make for group in SETS.values() for make in group}


@pytest.mark.parametrize("name", MAKERS)
def test_plotly_knows_every_property_of_every_chart(published: Path, name: str) -> None:
    serving = published / "serving"
    Vizro._reset()  # a component may be named once per application
    page: vm.Page = MAKERS[name](serving)
    charts = [one for one in page.components if isinstance(one, Chart)]
    assert charts
    for chart in charts:
        rows = loader(serving, chart.id)()
        figure = go.Figure(chart(data_frame=rows))
        assert bool(figure.data) == bool(len(rows)), chart.id
        if len(rows):
            assert any(len(trace.y) for trace in figure.data), chart.id
