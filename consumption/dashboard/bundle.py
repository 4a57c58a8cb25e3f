"""Fewer files for a page: a browser needs 10 ms and more to ask for each, and Dash and Vizro list 46."""

import re
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from posixpath import dirname, normpath
from typing import Any

from dash import Dash
from flask import Response, abort

FOLDER = "/_ghala/"
# All styles, and Vizro's own scripts, which are a few KB each: large scripts are compiled while the next is fetched.
STYLES = re.compile(r'(?:<link rel="stylesheet" href="/[^"]+">\s*)+')
SCRIPTS = re.compile(r'(?:<script src="/[^"]+/vizro/static/[^"]+"></script>\s*)+')
# What old browsers lack: a tenth of a second of each view, and everything that it replaces is slower after it.
POLYFILL = re.compile(r'<script src="[^"]+/deps/polyfill[^"]+"></script>\s*')
ADDRESS = re.compile(r'(?:href|src)="([^"]+)"')
RELATIVE = re.compile(r"""url\((["']?)(?!data:|[/#])([^"')]+)\1\)""")
KINDS = {"css": "text/css", "js": "text/javascript"}
A_YEAR = "public, max-age=31536000, immutable"  # a name is the digest of what it names


def bundle(made: Dash) -> None:
    """Have the pages of `made` ask for one file of styles and one of Vizro's scripts."""
    client, index = made.server.test_client(), made.interpolate_index
    files: dict[str, str] = {}

    @cache
    def together(addresses: tuple[str, ...], kind: str) -> str:
        texts = [_placed(client.get(one).get_data(as_text=True), one, kind) for one in addresses]
        content = "\n".join(texts)
        name = f"{sha256(content.encode()).hexdigest()[:16]}.{kind}"
        files[name] = content
        return FOLDER + name

    def tag(words: str, kind: str) -> Callable[[re.Match[str]], str]:
        return lambda run: words.format(together(tuple(ADDRESS.findall(run[0])), kind))

    def interpolated(**parts: Any) -> str:
        parts["css"] = STYLES.sub(tag('<link rel="stylesheet" href="{}">', "css"), parts["css"])
        scripts = POLYFILL.sub("", parts["scripts"])
        parts["scripts"] = SCRIPTS.sub(tag('<script src="{}"></script>', "js"), scripts)
        page: str = index(**parts)
        return page

    made.interpolate_index = interpolated

    @made.server.get(f"{FOLDER}<name>")
    def file(name: str) -> Response:
        content = files.get(name)
        if content is None:
            abort(404)
        return Response(content, mimetype=KINDS[name.rpartition(".")[2]], headers={"Cache-Control": A_YEAR})


def _placed(text: str, address: str, kind: str) -> str:
    """A file as it works at another place: what it names stands beside where it was; scripts end."""
    if kind == "js":
        return f"{text};"
    return RELATIVE.sub(lambda found: f"url({normpath(f'{dirname(address)}/{found[2]}')})", text)
