"""Links and navigation of the site: what stays in it, what leads nowhere, what is left out."""

from pathlib import Path
from typing import Any

import pytest

from consumption.docsite.check import faults
from consumption.docsite.links import inside
from consumption.docsite.nav import expanded


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ('<a href="gone.html">x</a>', "gone.html leads nowhere"),
        ('<a href="../../outside.html">x</a>', "../../outside.html leads nowhere"),
        ('<a href="there.html#no">x</a>', "there.html#no: there is no such anchor"),
        ('<a href="#no">x</a>', "#no: there is no such anchor"),
        ('<svg><a href="gone.html"><text>x</text></a></svg>', "gone.html leads nowhere"),
        ('<img src="gone.png">', "gone.png leads nowhere"),
        ('<script src="https://cdn.example.org/x.js"></script>', "from another host"),
        ('<link rel="stylesheet" href="//fonts.example.org/x.css">', "from another host"),
        ('<p style="background: url(https://example.org/x.png)">x</p>', "from another host"),
    ],
)
def test_a_fault_of_a_page_is_found(tmp_path: Path, html: str, fault: str) -> None:
    (tmp_path / "there.html").write_text('<h1 id="yes">there</h1>')
    good = '<a href="there.html#yes">a</a><a href="https://example.org">b</a><a href="mailto:a@example.org">c</a>'
    (tmp_path / "index.html").write_text(good)
    assert faults(tmp_path) == []
    (tmp_path / "index.html").write_text(good + html)
    (found,) = faults(tmp_path)
    assert fault in found


def test_of_a_page_of_others_only_what_it_loads_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / "dbt.html").write_text('<a href="gone.html">x</a>')
    assert faults(tmp_path, {"dbt.html"}) == []
    (tmp_path / "dbt.html").write_text('<script src="https://cdn.example.org/x.js"></script>')
    assert len(faults(tmp_path, {"dbt.html"})) == 1


def test_a_font_of_another_host_is_found_in_a_style_sheet(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("@import 'https://fonts.example.org/x.css'; p { background: url('data:x') }")
    assert len(faults(tmp_path)) == 1


@pytest.mark.parametrize(
    ("markdown", "folder", "page", "expected"),
    [
        ("[a](docs/adr/README.md#x)", ".", "start.md", "[a](adr/README.md#x)"),
        ("![a](docs/images/x.png)", ".", "start.md", "![a](images/x.png)"),
        ("[a](LICENSE)", ".", "start.md", "a"),
        ("[a](../../README.md)", "docs/adr", "adr/0001.md", "[a](../start.md)"),
        (
            "[a](../../contracts/erp/products.odcs.yaml)",
            "docs/dictionary",
            "dictionary/x.md",
            "[a](../contracts/erp/products.html)",
        ),
        ("[a](05_why_orders.sql)", "docs/cookbook", "cookbook/README.md", "[a](05_why_orders.md)"),
        ("[a](images/05_why.svg)", "docs/cookbook", "cookbook/README.md", "[a](05_why.md)"),
        ("![a](docs/cookbook/images/05_why.svg)", ".", "start.md", "![a](cookbook/images/05_why.svg)"),
        ("[a](https://example.org/x)", "docs", "x.md", "[a](https://example.org/x)"),
        ("[a](#here)", "docs", "x.md", "[a](#here)"),
        ("```\n[a](LICENSE)\n```", ".", "start.md", "```\n[a](LICENSE)\n```"),
    ],
)
def test_links_stay_in_the_site(markdown: str, folder: str, page: str, expected: str) -> None:
    assert inside(markdown, folder, page) == expected


def test_the_navigation_leaves_out_what_is_not_there_and_nothing_else() -> None:
    entries: list[Any] = [{"Home": "index.md"}, {"Data": [{"Metrics": "metrics.md"}, {"Runbooks": "runbooks/"}]}]
    pages = ["index.md", "runbooks/a.md", "runbooks/README.md", "new.md"]
    runbooks = {"Runbooks": ["runbooks/README.md", {"First": "runbooks/a.md"}]}
    named = expanded(entries, pages, {"runbooks/a.md": "First"})
    assert named == [{"Home": "index.md"}, {"Data": [runbooks]}, {"More": ["new.md"]}]
    with_metrics = expanded(entries, [*pages[:3], "metrics.md"], {})
    assert with_metrics[1]["Data"][0] == {"Metrics": "metrics.md"}
    assert len(with_metrics) == 2
