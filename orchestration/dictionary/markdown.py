"""Markdown pieces: tables whose cells cannot break them, links, and the mark of a generated file."""

from collections.abc import Sequence

GENERATED = "<!-- Generated: change the models or contracts, then run `ghala docs`. -->"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of a table; an empty one has no lines."""
    if not rows:
        return []
    lines = [heads, ["---"] * len(heads), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]


def code(name: str) -> str:
    return f"`{name}`"


def page_of(relation: str) -> str:
    """A link to the page of a mart."""
    return f"[{relation}]({relation}.md)"
