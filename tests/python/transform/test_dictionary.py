"""The committed data dictionary is what the models and contracts say, and says what a reader needs."""

from pathlib import Path
from typing import Any

import pytest

from orchestration.contracts import contracts_of
from orchestration.dictionary import files
from tests.python.transform.dbt_in_process import REPOSITORY

Pages = dict[Path, str]


@pytest.fixture(scope="module")
def pages(manifest: dict[str, Any]) -> Pages:
    return files.render(manifest, contracts_of(REPOSITORY / "contracts"))


def page(pages: Pages, relation: str) -> str:
    return pages[files.FOLDER / f"{relation}.md"]


def test_the_committed_dictionary_is_the_present_one(pages: Pages) -> None:
    assert files.stale(REPOSITORY, pages) == [], "write it again: python -m orchestration.dictionary"


def test_a_page_that_differs_is_missing_or_left_over_is_stale(pages: Pages, tmp_path: Path) -> None:
    for path, text in pages.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    assert files.stale(tmp_path, pages) == []
    folder = tmp_path / files.FOLDER
    (folder / "index.md").write_text("edited by hand")
    (folder / "dim_date.md").unlink()
    (folder / "fct_gone.md").write_text("# fct_gone")
    assert [path.name for path in files.stale(tmp_path, pages)] == ["dim_date.md", "fct_gone.md", "index.md"]


def test_a_project_without_tables_of_runs_has_a_dictionary_without_them(manifest: dict[str, Any]) -> None:
    sources = {key: one for key, one in manifest["sources"].items() if one["source_name"] != "ops"}
    pages = files.render({**manifest, "sources": sources}, contracts_of(REPOSITORY / "contracts"))
    assert files.FOLDER / "ops.md" not in pages
    assert "ops.md" not in page(pages, "index")


def test_every_published_table_has_a_page_that_the_index_leads_to(pages: Pages, manifest: dict[str, Any]) -> None:
    marts = {
        n["alias"] for n in manifest["nodes"].values() if n["resource_type"] == "model" and n["access"] == "public"
    }
    assert {path.stem for path in pages} == {*marts, "index", "ops"}
    assert all(f"({mart}.md)" in page(pages, "index") for mart in marts)


def test_links_lead_to_files(pages: Pages) -> None:
    names = {path.name for path in pages}
    targets = {target.split(")")[0] for text in pages.values() for target in text.split("](")[1:]}
    assert len(targets) > len(names)
    for target in targets:
        assert target in names or (REPOSITORY / files.FOLDER / target).is_file(), target


def test_a_page_says_grain_history_additivity_version_gates_and_sources(pages: Pages) -> None:
    fact = page(pages, "fct_shipments")
    assert "| one row per | `shipment_id`, `line_no` |" in fact
    assert "| `shipped_qty` | additive | sum over everything |" in fact
    assert "version 1: [fct_shipments_v1](fct_shipments_v1.md)" in fact
    assert "| 1 blocks publishing | `unique_combination (shipment_id, line_no)` | no two rows share the grain |" in fact
    assert "[contract](../../contracts/commerce/shipment_lines.odcs.yaml)" in fact
    assert "erp.suppliers" not in fact
    old = page(pages, "fct_shipments_v1")
    assert "> This is version 1 and stays until 2026-12-31. Read [fct_shipments](fct_shipments.md) (version 2)." in old
    product = page(pages, "dim_product")
    assert "| `category` | varchar | yes | with history (SCD2) |" in product
    assert "| `product_name` | varchar | yes | overwritten (SCD1) |" in product


def test_every_table_and_column_of_ops_is_on_its_page(pages: Pages, manifest: dict[str, Any]) -> None:
    text = page(pages, "ops")
    tables = [source for source in manifest["sources"].values() if source["source_name"] == "ops"]
    assert len(tables) > 5
    for source in tables:
        section = text.split(f"## ops.{source['name']}\n")[1].split("\n## ")[0]
        assert source["description"] in section
        assert all(f"| `{column}` |" in section for column in source["columns"])
