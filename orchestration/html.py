"""Pages that stand alone: no script, no font, no picture from elsewhere."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape

STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8881; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { margin-bottom: 0; } h2 { margin-top: 2rem; } .meta { opacity: .75; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .4rem .6rem;
border-bottom: 1px solid var(--line); } thead th { background: var(--soft); }
code { font-family: ui-monospace, monospace; }
.wide { overflow-x: auto; } dt { font-weight: 600; } dd { margin: 0 0 .6rem 0; }
.tag { border: 1px solid var(--line); border-radius: .6rem; padding: 0 .5rem; white-space: nowrap; }
.good { color: light-dark(#1a7f37, #5ad17a); } .poor { color: light-dark(#9a6700, #e3b341); }
.bad { color: light-dark(#b3261e, #ff8a80); } .whole { white-space: nowrap; }
"""


def document(title: str, comment: str, body: Iterable[str]) -> str:
    """A whole page."""
    view = '<meta name="viewport" content="width=device-width">'
    lines = [
        "<!doctype html>",
        f"<!-- {comment} -->",
        '<html lang="en"><head>',
        f'<meta charset="utf-8">{view}<title>{escape(title)}</title>',
        f"<style>{STYLE}</style></head><body>",
        *body,
        "</body></html>",
        "",
    ]
    return "\n".join(lines)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table whose cells are HTML already; its head is text."""
    names = "".join(f"<th>{escape(name)}</th>" for name in head)
    yield f'<div class="wide"><table><thead><tr>{names}</tr></thead><tbody>'
    for row in rows:
        yield "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>"
    yield "</tbody></table></div>"


def fact(name: str, text: str) -> Iterator[str]:
    """A term with its text, inside a list `<dl>`; nothing for an empty one."""
    if text:
        yield f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>"
