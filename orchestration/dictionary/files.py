"""Writes the pages, and tells which differ from what they should be."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from orchestration.config import Settings
from orchestration.contracts import contracts_of
from orchestration.dbt import manifest
from orchestration.dictionary import index, ops_page, page
from orchestration.dictionary.collect import marts_of, readers_of
from orchestration.ingest.model import Contract
from orchestration.progress import Tell, silent

FOLDER = Path("docs") / "dictionary"


def render(nodes: Mapping[str, Any], contracts: Iterable[Contract]) -> dict[Path, str]:
    """The text of each page by its path relative to the project."""
    marts = marts_of(nodes, {contract.key: contract for contract in contracts})
    pages = {FOLDER / f"{mart.relation}.md": page.render(mart) for mart in marts}
    if ops := ops_page.render(nodes):
        pages[FOLDER / f"{ops_page.NAME}.md"] = ops
    return {FOLDER / "index.md": index.render(marts, readers_of(nodes), has_ops=bool(ops)), **pages}


def stale(project: Path, texts: Mapping[Path, str]) -> list[Path]:
    """Pages that are missing, differ, or describe a mart that is gone."""
    differ = [path for path, text in texts.items() if _read(project / path) != text]
    there = (FOLDER / file.name for file in (project / FOLDER).glob("*.md"))
    return sorted([*differ, *(path for path in there if path not in texts)])


def refresh(settings: Settings, *, only_check: bool = False, tell: Tell = silent) -> list[Path]:
    """Write what differs and remove what is gone, unless `only_check`; returns the paths concerned."""
    from consumption.metrics import glossary  # noqa: PLC0415

    texts = render(manifest.load(settings, tell), contracts_of(settings.contracts))
    if metrics := glossary.render(manifest.semantic(settings, tell)):
        texts[glossary.PAGE] = metrics
    changed = stale(settings.project, texts)
    for path in changed if not only_check else ():
        file = settings.project / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if path in texts:
            file.write_text(texts[path], encoding="utf-8")
        else:
            file.unlink()
    return changed


def _read(file: Path) -> str | None:
    return file.read_text(encoding="utf-8") if file.is_file() else None
