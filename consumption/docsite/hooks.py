"""Hooks of mkdocs: pages that are made, links that leave docs/, pictures drawn into their page."""

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from consumption.docsite.content import made
from consumption.docsite.links import inside, outside_code
from consumption.docsite.nav import expanded
from consumption.docsite.pages import framed
from orchestration.config import settings

PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)\s:]+\.svg)\)")
ALONE = re.compile(r"<style>.*?</style>", re.DOTALL)
SIZED = re.compile(r' (?:width|height|xmlns)="[^"]*"')


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add what is made, and name every page in the navigation."""
    content = made(config.extra.get("settings") or settings())
    for path, text in content.files.items():
        if there := files.get_file_from_path(path):
            files.remove(there)
        files.append(File.generated(config, path, content=text))
    pages = [file.src_uri for file in files.documentation_pages()]
    config.nav = expanded(config.nav or [], pages, content.titles)
    config.extra["appended"] = content.appended
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Links that stay in the site; SVG files of the house drawn into the page, so that they follow its colours."""
    path = page.file.src_uri
    if path != "start.md":  # the README is moved where it is read
        markdown = inside(markdown, f"docs/{path}".rpartition("/")[0], path)
    markdown += config.extra["appended"].get(path, "")
    folder = (Path(config.docs_dir) / path).parent

    def drawn(found: re.Match[str]) -> str:
        file = folder / found[2]
        text = file.read_text(encoding="utf-8") if file.is_file() else ""
        return framed(inline(text)) if 'class="gc"' in text else found[0]

    return outside_code(markdown, lambda text: PICTURE.sub(drawn, text))


def inline(svg: str) -> str:
    """The drawing of a file without what it needs to stand alone."""
    head, _, rest = ALONE.sub("", svg.strip()).partition(">")
    return f"{SIZED.sub('', head)}>{rest}"
