"""The dashboards as a person sees them: in Chromium, on a real server, against SQL of the tests' own."""

import base64
import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from plotly.offline import get_plotlyjs_version

from consumption import published
from tests.python.consumption.dashboard.conftest import CHROMIUM, SWITCHES, Served
from tests.python.consumption.dashboard.expected import DELIVERED, FIGURES, OTIF, SALES, WORST

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: make test installs it")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is missing: apt-get install chromium")
PATIENCE = 90_000  # ms: of a machine on which two suites run; a page is there in one or two seconds
DRAWN = """() => [...document.querySelectorAll('.dash-graph')].every(graph =>
    graph.querySelector('.trace, .annotation-text'))"""
SHOWN = """([metric, value]) => { const card = document.querySelector(`[data-metric="${metric}"]`);
    return card && Math.abs(card.dataset.value - value) <= 1e-9 + 1e-9 * Math.abs(value); }"""

COUNT = """() => { const draw = Plotly.react; window.drawn = {};
    Plotly.react = (place, ...rest) => { const id = place.parentElement.id; drawn[id] = (drawn[id] || 0) + 1;
        return draw(place, ...rest); };
    window.moving = new Set(); const look = () => { requestAnimationFrame(look);
        document.getAnimations().forEach(one => moving.add(one.effect.target.className)); }; look(); }"""


def asked(served: Served, sql: str) -> list[tuple[Any, ...]]:
    """On the one connection that this process may have to the file."""
    with published.cursor(served.serving)[1] as cursor:
        return cursor.execute(sql).fetchall()


def answer(served: Served, sql: str) -> float:
    return float(asked(served, sql)[0][0])


CUT = """() => [...document.querySelectorAll('.js-plotly-plot')].flatMap(graph => {
    const frame = graph.getBoundingClientRect(), legend = graph.querySelector('.legend .bg')?.getBoundingClientRect();
    const top = frame.top + graph._fullLayout._size.t, name = graph.parentElement.id;
    const cut = [...graph.querySelectorAll('.xtick text, .ytick text')].map(text => text.getBoundingClientRect())
        .some(box => box.width && (box.left < frame.left - 1 || box.right > frame.right + 1
            || box.bottom > frame.bottom + 1));
    return [...(legend?.bottom > top + 1 ? [name + ': legend'] : []), ...(cut ? [name + ': labels'] : [])]; })"""


def encoded(value: object) -> str:
    """A value as the dashboards write it into an address."""
    return "b64_" + base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).decode().rstrip("=")


class Looks:
    """One tab; what it complained about, and what it asked of other machines."""

    def __init__(self, context: Any, url: str) -> None:
        self.url, self.page = url, context.new_page()
        self.errors: list[str] = []
        self.foreign: list[str] = []
        self.page.on("console", lambda message: message.type == "error" and self.errors.append(message.text))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", self._asked)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.url + "/", "data:", "blob:")):
            self.foreign.append(request.url)

    def open(self, path: str) -> None:
        self.page.goto(self.url + path)

    def go(self, path: str) -> None:
        """By the navigation, as a person goes; its groups may be folded."""
        self.page.wait_for_selector(f'a[href="{path}"]', state="attached")
        self.page.eval_on_selector(f'a[href="{path}"]', "link => link.click()")

    def value(self, metric: str) -> float:
        return float(self.page.wait_for_selector(f'[data-metric="{metric}"]').get_attribute("data-value"))

    def wait_for(self, metric: str, value: float) -> None:
        self.page.wait_for_function(SHOWN, arg=[metric, value])


@pytest.fixture(scope="module")
def context(served: Served) -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=list(SWITCHES))
        opened = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
        opened.set_default_timeout(PATIENCE)
        yield opened
        browser.close()


@pytest.fixture(scope="module")
def tab(context: Any, served: Served) -> Looks:
    looks = Looks(context, served.url)
    looks.open("/")
    return looks


@pytest.fixture(autouse=True)
def clean(tab: Looks) -> Iterator[None]:
    """After each test: no error in the console, and no request that left the machine."""
    tab.errors.clear()
    yield
    assert tab.errors == []
    assert tab.foreign == []


@pytest.mark.parametrize("name", FIGURES)
def test_each_page_shows_what_sql_says(tab: Looks, served: Served, name: str) -> None:
    path, metric, sql = FIGURES[name]
    tab.go(path)
    assert tab.value(metric) == pytest.approx(answer(served, sql))
    tab.page.wait_for_function(DRAWN)
    tab.page.wait_for_selector(".ag-row, .table-container .ghala-note:not([hidden])")
    tab.page.wait_for_selector("#ghala-status .ghala-badge:nth-child(3)")
    status = tab.page.inner_text("#ghala-status")
    assert served.newest.stem.removeprefix("ghala-") in status
    assert "data as of" in status


def test_charts_are_drawn_by_the_small_plotly_of_the_version_that_makes_them(tab: Looks) -> None:
    tab.go("/service")
    tab.page.wait_for_function(DRAWN)
    small, known = tab.page.evaluate("[Plotly.version, Object.keys(Plotly.PlotSchema.get().traces)]")
    assert small.split(".")[:2] == get_plotlyjs_version().split(".")[:2]
    assert {"bar", "scatter", "waterfall"} <= set(known)
    assert "scattergl" not in known, "the whole plotly was loaded"


@pytest.mark.parametrize("path", ["/", "/service", "/forecast", "/freshness", "/series"])
def test_on_a_phone_no_legend_lies_on_its_plot_and_no_label_is_cut(context: Any, served: Served, path: str) -> None:
    phone = Looks(context, served.url)
    phone.page.set_viewport_size({"width": 390, "height": 844})
    phone.open(path)
    phone.page.wait_for_function(DRAWN)
    phone.page.wait_for_selector(".ag-row, .table-container .ghala-note:not([hidden])")
    assert phone.page.evaluate(CUT) == []
    phone.page.close()


def test_light_and_dark(tab: Looks) -> None:
    before = tab.page.evaluate("getComputedStyle(document.body).backgroundColor")
    tab.page.click("#theme-toggle")
    tab.page.wait_for_function("before => getComputedStyle(document.body).backgroundColor !== before", arg=before)
    tab.page.click("#theme-toggle")


def test_a_link_with_filters_opens_the_same_view_again(tab: Looks, context: Any, served: Served) -> None:
    tab.go("/")
    tab.wait_for("net_sales", answer(served, SALES))
    tab.page.wait_for_function(DRAWN)
    tab.page.evaluate(COUNT)
    tab.page.evaluate("document.querySelector('#sales_rows .ag-root-wrapper').dataset.seen = 'before'")
    tab.page.click("#sales_warehouse")
    tab.page.click(".dash-dropdown-option >> nth=1")
    tab.page.keyboard.press("Escape")
    code = tab.page.wait_for_selector("#sales_warehouse .dash-dropdown-value-item").inner_text().strip()
    expected = answer(served, f"{SALES} and warehouse_code = '{code}'")
    tab.wait_for("net_sales", expected)
    assert encoded([code]) in tab.page.url
    again = Looks(context, served.url)
    again.page.goto(tab.page.url)
    again.wait_for("net_sales", expected)
    again.page.close()
    assert again.errors == []
    drawn = tab.page.evaluate("drawn")
    assert len(drawn) > 1
    assert set(drawn.values()) == {1}, "a chart was drawn twice for one answer"
    assert tab.page.query_selector("#sales_rows [data-seen]"), "the grid of rows was made anew for an answer"
    assert tab.page.evaluate("[...moving]") == [], "what moves has the whole page drawn again and again"


def test_a_click_on_a_bar_goes_down_to_its_rows_which_are_saved_as_csv(tab: Looks, served: Served) -> None:
    tab.go("/service")
    tab.wait_for("otif", answer(served, OTIF))
    bar = tab.page.wait_for_selector("#service_warehouses .bars .point path")
    bar.scroll_into_view_if_needed()
    box = bar.bounding_box()
    tab.page.mouse.click(box["x"] + 20, box["y"] + box["height"] / 2)
    tab.wait_for("otif", answer(served, f"{OTIF} and warehouse_code = ({WORST})"))
    with tab.page.expect_download() as download:
        tab.page.click("#service_rows_export")
    with Path(download.value.path()).open(newline="") as file:
        saved = [row["order_id"] for row in csv.DictReader(file)]
    orders = f"select order_id from marts.fct_order_fulfilment where {DELIVERED} and is_perfect = 0"
    found = asked(served, f"{orders} and warehouse_code = ({WORST})")
    assert sorted(saved) == sorted(order for (order,) in found)
    assert saved
    assert f"{len(saved):,}" in tab.page.inner_text("#service_rows .ag-paging-row-summary-panel")


def test_a_hostile_filter_is_an_empty_page_that_says_so(tab: Looks) -> None:
    hostile = encoded(["<img src=x onerror=alert(1)>", "; drop table marts.dim_product; --"])
    tab.open(f"/gates?gates_tier={hostile}&gates_period={encoded('28')}")
    chosen = tab.page.wait_for_selector("#gates_tier .dash-dropdown-value").inner_text()
    assert "drop table marts.dim_product; -- (unknown)" in chosen
    assert "There is no tier" in tab.page.wait_for_selector(".ghala-kpis .ghala-note").inner_text()
    tab.page.wait_for_function("() => document.querySelector('#ghala-status .ghala-badge')")
    assert hostile in tab.page.url


def test_a_new_version_is_noticed_on_an_open_page(tab: Looks, served: Served) -> None:
    served.show(served.versions[0])
    tab.open("/runs")
    runs = tab.value("runs")
    served.show(served.newest)
    named = "name => document.querySelector('#ghala-status')?.innerText.includes(name)"
    tab.page.wait_for_function(named, arg=served.newest.stem.removeprefix("ghala-"))
    tab.wait_for("runs", runs + 1)


def test_nothing_published_and_a_broken_file_are_pages_that_say_so(tab: Looks, served: Served) -> None:
    broken = served.serving / "broken.duckdb"
    broken.write_bytes(served.newest.read_bytes()[:5000])
    try:
        for file, words in ((None, "nothing is published yet"), (broken, "cannot be read")):
            served.show(file)
            assert tab.page.goto(tab.url + "/sales").status == 503
            assert words in tab.page.inner_text("main")
            assert "ghala " in tab.page.inner_text("dd:last-of-type")
    finally:
        served.show(served.newest)
    tab.open("/sales")
    assert tab.value("net_sales") > 0
    tab.errors.clear()  # Chromium writes the two 503 into its console
