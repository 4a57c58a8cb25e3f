"""The navigation: folders of mkdocs.yml become their pages, and nothing is left out."""

import posixpath
from collections.abc import Iterable, Sequence
from typing import Any

MORE = "More"
FIRST = ("index.md", "README.md", "analyst.md")


def expanded(entries: Sequence[Any], pages: Iterable[str], titles: dict[str, str]) -> list[Any]:
    """The entries with folders replaced by their pages and without pages that are not there.

    Pages that no entry names come last, under “More”. `titles` are short names of some pages.
    """
    there = sorted(pages)
    found = [entry for entry in (_entry(entry, there, titles) for entry in entries) if entry]
    named = set(_named(found))
    rest = [page for page in there if page not in named]
    return [*found, {MORE: rest}] if rest else found


def _entry(entry: Any, pages: Sequence[str], titles: dict[str, str]) -> Any:
    if isinstance(entry, str):
        return _pages(entry, pages, titles) if entry.endswith("/") else entry if entry in pages else None
    name, value = next(iter(entry.items()))
    if isinstance(value, str):
        inside: Any = _entry(value, pages, titles)
    else:
        inside = []
        for one in (_entry(child, pages, titles) for child in value):
            inside += one if isinstance(one, list) else [one] if one else []
    return {name: inside} if inside else None


def _pages(folder: str, pages: Sequence[str], titles: dict[str, str]) -> list[Any]:
    inside = [page for page in pages if page.startswith(folder)]
    ordered = sorted(inside, key=lambda page: (_rank(page), page))
    return [{titles[page]: page} if page in titles else page for page in ordered]


def _rank(page: str) -> int:
    name = posixpath.basename(page)
    return FIRST.index(name) if name in FIRST else len(FIRST)


def _named(entries: Iterable[Any]) -> Iterable[str]:
    for entry in entries:
        if isinstance(entry, str):
            yield entry
        elif isinstance(entry, dict):
            yield from _named(entry.values())
        else:
            yield from _named(entry)
