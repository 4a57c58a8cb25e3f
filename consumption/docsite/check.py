"""Whether a built site holds together: every link and anchor leads somewhere, and nothing comes from elsewhere."""

import posixpath
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADS = {("img", "src"), ("script", "src"), ("link", "href"), ("iframe", "src"), ("source", "src"), ("use", "href")}
ELSEWHERE = "from another host"
NO_FILE = {("link", "canonical")}
IN_STYLE = re.compile(r"url\(\s*['\"]?([^)'\"]+)|@import\s+['\"]([^'\"]+)")


@dataclass
class Parsed:
    """What a page loads and links, and the anchors that it has."""

    loads: set[str] = field(default_factory=set)
    links: set[str] = field(default_factory=set)
    anchors: set[str] = field(default_factory=set)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found = Parsed()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.found.anchors |= {values[name] for name in ("id", "name") if values.get(name)}
        for name, value in values.items():
            if (tag, name) in LOADS and (tag, values.get("rel", "")) not in NO_FILE:
                self.found.loads.add(value)
            elif tag == "a" and name in ("href", "xlink:href"):
                self.found.links.add(value)
            elif name == "style":
                self.found.loads |= set(_in_style(value))

    handle_startendtag = handle_starttag


def faults(site: Path, by_others: Collection[str] = ()) -> list[str]:
    """What is wrong, one line each: a link to nowhere, an anchor that is not there, an asset of another host.

    Of pages that others write (`by_others`, their names) only whether they load anything from elsewhere.
    """
    parsed = {file: _parse(file) for file in sorted(site.rglob("*.html"))}
    found = [
        f"{_name(site, file)}: {fault}"
        for file, page in parsed.items()
        for fault in _of_page(site, file, page, parsed)
        if ELSEWHERE in fault or _name(site, file) not in by_others
    ]
    for file in sorted(site.rglob("*.css")):
        for target in _in_style(file.read_text(encoding="utf-8")):
            if fault := _of_target(site, file, target, parsed, loads=True):
                found.append(f"{_name(site, file)}: {fault}")
    return found


def _parse(file: Path) -> Parsed:
    reader = _Reader()
    reader.feed(file.read_text(encoding="utf-8"))
    return reader.found


def _of_page(site: Path, file: Path, page: Parsed, parsed: dict[Path, Parsed]) -> Iterator[str]:
    for targets, loads in ((page.loads, True), (page.links, False)):
        for target in sorted(targets):
            if fault := _of_target(site, file, target, parsed, loads=loads):
                yield fault


def _of_target(site: Path, file: Path, target: str, parsed: dict[Path, Parsed], *, loads: bool) -> str | None:
    parts = urlsplit(target)
    if parts.scheme == "data" or (parts.scheme and not loads):
        return None
    if parts.scheme or parts.netloc:
        return f"loads {target} {ELSEWHERE}"
    to = file
    if parts.path:
        absolute = parts.path.startswith("/")
        base = site if absolute else file.parent
        to = Path(posixpath.normpath(base / unquote(parts.path).lstrip("/")))
        to = to / "index.html" if to.is_dir() else to
    if not to.is_relative_to(site) or not to.is_file():
        return f"{target} leads nowhere"
    if parts.fragment and to in parsed and unquote(parts.fragment) not in parsed[to].anchors | {"__top", ""}:
        return f"{target}: there is no such anchor"
    return None


def _in_style(style: str) -> Iterator[str]:
    for match in IN_STYLE.finditer(style):
        target = match[1] or match[2]
        if not target.startswith(("data:", "#")):
            yield target


def _name(site: Path, file: Path) -> str:
    return file.relative_to(site).as_posix()
