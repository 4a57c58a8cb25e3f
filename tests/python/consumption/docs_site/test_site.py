"""The site as it is built: strictly, whole, without another host; and what its pages say."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from html import unescape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from consumption.charts.numbers import cell
from consumption.charts.svg import alone
from consumption.cookbook.questions import answers, questions
from consumption.docsite import diagrams, house, lineage
from consumption.docsite.build import build
from consumption.docsite.check import faults
from consumption.docsite.content import made
from orchestration.config import Settings
from orchestration.contracts import contracts_of
from orchestration.dbt import manifest
from orchestration.dictionary.collect import marts_of
from orchestration.errors import GhalaError

ROOT = Path(__file__).parents[4]
CHROMIUM = shutil.which("chromium")
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
SWITCHES += ["--disable-component-update", "--disable-sync"]


def settings_of(home: Path, project: Path = ROOT) -> Settings:
    return Settings(home=home, project=project, start_date=None)


@pytest.fixture(scope="module")
def home(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of its own that reads what the small world has published."""
    own = tmp_path_factory.mktemp("site") / "home"
    own.mkdir()
    (own / "serving").symlink_to(published / "serving")
    shutil.copytree(published / "target", own / "target", ignore=shutil.ignore_patterns("compiled", "run"))
    (own / "target" / "static_index.html").write_text("<link href=\"${require('./x.ico')}\"><p>dbt</p>")
    return own


@pytest.fixture(scope="module")
def site(home: Path) -> Path:
    return build(settings_of(home)).parent


def text_of(file: Path) -> str:
    """The words of a page."""
    html = re.sub(r"<(script|style).*?</\1>", " ", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_every_document_is_a_page_of_the_site_and_in_its_navigation(site: Path) -> None:
    documents = [file.relative_to(ROOT / "docs") for file in (ROOT / "docs").rglob("*.md")]
    first = (site / "index.html").read_text()
    assert len(documents) > 60
    for document in documents:
        page = document.with_name("index.html") if document.name == "README.md" else document.with_suffix(".html")
        assert (site / page).is_file(), document
        folder = page.parent.as_posix()
        neighbour = site / folder / "index.html"
        shown = neighbour.read_text() if neighbour.is_file() and folder != "." else first
        assert f'href="{page.name}"' in shown or f'href="{page.as_posix()}"' in first or page.name == "index.html", (
            document
        )


def test_nothing_is_written_into_the_project_and_the_house_holds_together(site: Path, home: Path) -> None:
    assert site == home / "site"
    assert not (ROOT / "site").exists()
    assert faults(site, {"lineage-dbt.html"}) == []
    assert (site / "lineage-dbt.html").is_file()
    assert 'href="lineage-dbt.html"' in (site / "lineage.html").read_text()


def test_each_question_has_a_page_with_what_the_query_says(site: Path, home: Path) -> None:
    found = answers(ROOT, home / "serving")
    assert len(found) == 15
    for answer in found:
        page = site / "cookbook" / f"{answer.question.name}.html"
        words, html = text_of(page), page.read_text()
        assert answer.question.question in words
        assert " ".join(answer.question.decision.split()) in words
        assert ('class="gc"' in html) is bool(answer.rows)
        assert f"as of {answer.closed_day}" in words or not answer.rows
        for row in answer.rows[:10]:
            for column in answer.columns:
                assert cell(row[column], column) in words
        assert "".join(answer.question.sql.split()) in words.replace(" ", "")
        assert f'href="{answer.question.name}.html"' in (site / "cookbook" / "index.html").read_text()


def test_without_anything_published_the_pictures_are_those_of_the_simulated_retailer(
    home: Path, tmp_path: Path
) -> None:
    (tmp_path / "target").symlink_to(home / "target")
    content = made(settings_of(tmp_path))
    for question in questions(ROOT):
        page = content.files[f"cookbook/{question.name}.md"]
        assert "nothing is published here yet" in page
        assert "<svg" in page
        assert "## Answer" not in page


def test_the_lineage_says_the_same_as_the_dictionary(site: Path, home: Path) -> None:
    nodes = manifest.load(settings_of(home))
    contracts = {contract.key: contract for contract in contracts_of(ROOT / "contracts")}
    published = {mart.relation: mart for mart in marts_of(nodes, contracts)}
    drawn = house.sources_of(nodes)
    assert len(drawn) > 20
    for key, relation in lineage.marts(nodes).items():
        assert drawn[relation] == {source.key for source in published[relation].sources}, relation
        picture = lineage.picture(nodes, key)
        near = set(re.findall(r'href="\.\./contracts/(\w+)/(\w+)\.html"', picture))
        assert {".".join(pair) for pair in near} <= drawn[relation]
        for reader in published[relation].readers:
            assert reader in unescape(picture)
        assert f'aria-label="Lineage of {relation}"' in (site / "dictionary" / f"{relation}.html").read_text()


def test_the_pictures_of_the_architecture_are_as_they_are_drawn() -> None:
    for name, draw in diagrams.PICTURES.items():
        assert (ROOT / diagrams.FOLDER / name).read_text() == alone(draw()), "python -m consumption.docsite.diagrams"


def test_the_bus_matrix_has_a_dot_for_each_key_of_a_fact(home: Path) -> None:
    contracts = {contract.key: contract for contract in contracts_of(ROOT / "contracts")}
    found = marts_of(manifest.load(settings_of(home)), contracts)
    drawn = house.bus(found)
    assert "fct_order_lines, dim_product: product_key" in drawn
    assert "fct_order_lines, dim_supplier" not in drawn
    assert "fct_shipments_v1" not in drawn


@pytest.mark.parametrize("wrong", ["[x](gone.md)", "[x](other.md#no)", "![x](gone.png)"])
def test_a_document_with_a_broken_link_stops_the_build(tmp_path: Path, wrong: str) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text(
        "site_name: x\nplugins: []\ntheme: {name: null, custom_dir: theme}\nvalidation: {anchors: warn}\n"
    )
    (tmp_path / "theme").mkdir()
    (tmp_path / "theme" / "main.html").write_text("{{ page.content }}")
    (tmp_path / "docs" / "other.md").write_text("# Other\n")
    (tmp_path / "docs" / "index.md").write_text("# Home\n\n[other](other.md#other)\n")
    config = replace(settings_of(tmp_path / "home"), project=tmp_path)
    assert build(config).is_file()
    (tmp_path / "docs" / "index.md").write_text(f"# Home\n\n{wrong}\n")
    with pytest.raises(GhalaError, match="the site has faults") as caught:
        build(config)
    assert "gone" in caught.value.what or "other.md#no" in caught.value.what


def test_a_project_without_a_site_says_so(tmp_path: Path) -> None:
    with pytest.raises(GhalaError, match="has no site"):
        build(settings_of(tmp_path, tmp_path))


@contextmanager
def served(folder: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (Debian: apt-get install chromium)")
def test_a_browser_asks_no_other_host_and_nothing_runs_off_a_phone(site: Path) -> None:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    pages = [
        "index.html",
        "start.html",
        "cookbook/08_margin_after_everything.html",
        "dictionary/fct_order_lines.html",
        "lineage.html",
    ]
    with sync_playwright() as play, served(site) as address:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        page = browser.new_page(viewport={"width": 390, "height": 800}, color_scheme="dark")
        asked: list[str] = []
        errors: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        for name in pages:
            page.goto(address + name)
            page.wait_for_load_state("networkidle")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        ink = "getComputedStyle(document.querySelector('.gc text')).fill"
        dark = page.evaluate(ink)
        page.evaluate("document.body.setAttribute('data-md-color-scheme', 'default')")
        assert page.evaluate(ink) != dark
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(address)
        page.fill("input.md-search__input", "quarantine")
        page.wait_for_selector(".md-search-result__item")
        browser.close()
    assert errors == []
    assert len(asked) > len(pages)
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
