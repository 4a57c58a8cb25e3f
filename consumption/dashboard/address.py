"""What the address of a page asks of its filters."""

import base64
import json
from urllib.parse import parse_qs

import flask
from dash import ctx

PREFIX = "b64_"  # how Vizro writes a filter into an address: JSON in URL-safe base64 without padding
LOCATION = "_pages_location.search"  # the input of Dash's own callback that builds a page


def linked(control: str) -> tuple[str, ...]:
    """The texts that the address of the page that is being built gives to a filter; none outside of a request."""
    return texts(ctx.inputs.get(LOCATION) or "", control) if flask.has_request_context() else ()


def texts(search: str, control: str) -> tuple[str, ...]:
    """The texts for a filter in the part of an address behind the path; none when it holds no choice."""
    written = parse_qs(search.removeprefix("?")).get(control, [""])[0]
    try:
        value = json.loads(base64.urlsafe_b64decode(written.removeprefix(PREFIX) + "==")) if written else None
    except (ValueError, RecursionError):
        return ()
    return tuple(readable(one) for one in (value if isinstance(value, list) else [value]) if isinstance(one, str))


def readable(text: str) -> str:
    """The text without halves of characters, which JSON can name: neither an answer nor a query can hold them."""
    return text.encode(errors="replace").decode()
