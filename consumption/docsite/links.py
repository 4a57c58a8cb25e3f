"""Links of a repository that leave docs/, as links of the site."""

import posixpath
import re
from collections.abc import Callable

LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s#]*)(#[^)\s]*)?\)")
CONTRACT = re.compile(r"contracts/(\w+)/(\w+)\.odcs\.yaml")
QUESTION = re.compile(r"docs/cookbook/(?:images/)?(\d\d_\w+)\.(?:sql|svg)")


def inside(markdown: str, folder: str, page: str) -> str:
    """Markdown whose links stay in the site.

    `folder` is where the links of the text begin, relative to the project (`docs/adr`, or `.` for the README); `page`
    is where the text is shown, relative to docs. A contract leads to its page, so does a question
    of the cookbook and its picture; what is no part of the site becomes plain text.
    """

    def moved(found: re.Match[str]) -> str:
        bang, label, target, anchor = found.groups()
        if not target or "://" in target or target.startswith("mailto:"):
            return found[0]
        path = posixpath.normpath(posixpath.join(folder, target))
        to = path.removeprefix("docs/") if bang and path.startswith("docs/") else in_site(path)
        if to is None:
            return label
        return f"{bang}[{label}]({posixpath.relpath(to, posixpath.dirname(page) or '.')}{anchor or ''})"

    return outside_code(markdown, lambda text: LINK.sub(moved, text))


def in_site(path: str) -> str | None:
    """Where a file of the project is in the site (relative to docs); None if it is not there."""
    if contract := CONTRACT.fullmatch(path):
        return f"contracts/{contract[1]}/{contract[2]}.html"
    if question := QUESTION.fullmatch(path):
        return f"cookbook/{question[1]}.md"
    if path == "README.md":
        return "start.md"
    return path.removeprefix("docs/") if path.startswith("docs/") else None


def outside_code(markdown: str, change: Callable[[str], str]) -> str:
    """Markdown changed only outside of fenced code."""
    parts = re.split(r"(^```.*?^```$)", markdown, flags=re.MULTILINE | re.DOTALL)
    return "".join(part if index % 2 else change(part) for index, part in enumerate(parts))
