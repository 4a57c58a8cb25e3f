"""The pages for the owners of sources: committed, as the contracts are, complete and self-contained."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestration.cli.main import _typer
from orchestration.errors import GhalaError
from orchestration.ingest.contract import load_contracts
from orchestration.ingest.contract_page import FOLDER, page, render
from tests.python.ingest.project import CSV, SALES, contract, make

ROOT = Path(__file__).parents[3]
VOID = {"meta", "br", "!doctype"}


class Tags(HTMLParser):
    """Notes what a page loads, and tags that are not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [str(value) for name, value in attrs if name in ("src", "href")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("project", [ROOT, ROOT / "examples" / "online_retail"], ids=["project", "example"])
def test_the_committed_pages_are_those_of_the_contracts(project: Path) -> None:
    pages = render(load_contracts(project / "contracts"))
    for path, text in pages.items():
        assert (project / path).read_text(encoding="utf-8") == text, f"run: ghala contract export ({path})"
    committed = {file.relative_to(project) for file in (project / FOLDER).rglob("*.html")}
    assert committed == set(pages), "a page of no contract: run `ghala contract export`"


def test_a_page_stands_alone_and_names_owner_channel_and_all_columns() -> None:
    for one in load_contracts(ROOT / "contracts"):
        text, tags = page(one), Tags()
        tags.feed(text)
        assert tags.open == [] and tags.links == [] and "url(" not in text and "@import" not in text
        words = re.sub(r"<[^>]+>", "", text)
        assert one.owner in words and one.channel in words and one.version in words
        assert all(f"<code>{column.name}</code>" in text for column in one.columns)
        assert ("keyed hashes" in text) == any(column.secret for column in one.columns)


def test_what_a_person_wrote_cannot_break_a_page(tmp_path: Path) -> None:
    columns = {**SALES, "qty": {**SALES["qty"], "description": "<script>alert(1)</script> & more."}}
    made = make(tmp_path, contract(columns, CSV))
    text = page(made.contracts[0])
    assert "<script" not in text and "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more." in text


def test_export_writes_pages_removes_orphans_and_check_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make(tmp_path, contract(SALES, CSV))
    monkeypatch.setenv("GHALA_PROJECT", str(made.settings.project))
    monkeypatch.setenv("GHALA_HOME", str(made.home))
    shown = made.settings.project / FOLDER / "shop" / "sales.html"
    orphan = shown.with_name("gone.html")

    def run(*arguments: str) -> GhalaError | None:
        done = CliRunner().invoke(_typer, ["contract", "export", *arguments])
        assert done.exception is None or isinstance(done.exception, GhalaError), done.exception
        return done.exception

    assert run() is None and shown.is_file()
    orphan.write_text("old")
    failed = run("--check")
    assert failed is not None and "gone.html" in failed.what
    assert run() is None and not orphan.exists()
    assert run("--check") is None
    shown.write_text(shown.read_text().replace("1.0.0", "0.9.0"))
    failed = run("--check")
    assert failed is not None and "sales.html" in failed.what
