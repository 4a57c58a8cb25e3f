"""Serving the dashboards on this machine, with a page that says what is wrong when nothing can be read."""

import html
from pathlib import Path

from dash import Dash
from flask import Response, redirect, request, send_file
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Response as WerkzeugResponse

from consumption import published
from consumption.dashboard.app import ASSETS, FIRST, build
from consumption.dashboard.bundle import bundle
from orchestration.errors import GhalaError

HOST = "127.0.0.1"  # there is no login: it must not be reachable from outside
PORT = 8050
WHOLE_PLOTLY = "/_dash-component-suites/plotly/package_data/plotly.min.js"
PLOTLY = (
    Path(__file__).parent / "vendor" / "plotly-finance.min.js"
)  # the kinds of chart that are drawn, a quarter of it
# A page can load from nowhere else, whatever a library tries. Inline scripts and styles are Dash's and plotly's own.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
)


class _Handler(WSGIRequestHandler):
    """Keeps connections open, and is silent: what goes wrong is logged by Flask."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing for each request."""


def application(serving: Path) -> Dash:
    """The dashboards behind the checks that every request passes."""
    made = build(serving)
    made.server.config["TRUSTED_HOSTS"] = [HOST, "localhost"]  # a name of others that points here is not answered

    @made.server.before_request
    def answered_here() -> WerkzeugResponse | None:
        if request.path == WHOLE_PLOTLY:
            return send_file(PLOTLY)
        if request.path == f"/{FIRST}":  # Vizro serves the first page at the root
            return redirect("/?" + request.query_string.decode("latin-1"))
        if request.path.startswith(("/_", "/assets/", "/favicon")):
            return None
        try:
            published.cursor(serving)
        except GhalaError as error:
            return Response(_sorry(error), status=503, mimetype="text/html")
        return None

    @made.server.after_request
    def closed(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    bundle(made)
    return made


def server(serving: Path, port: int = PORT) -> BaseWSGIServer:
    """A server that listens already; a thread per request, and DuckDB's cursors are per thread."""
    made = make_server(HOST, port, application(serving).server, threaded=True, request_handler=_Handler)
    made.daemon_threads = True  # type: ignore[attr-defined]  # an open browser must not hold up the end
    return made


def _sorry(error: GhalaError) -> str:
    style = (ASSETS / "ghala.css").read_text(encoding="utf-8")
    what, where, next_step = (html.escape(text) for text in (error.what, error.where, error.next_step))
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Ghala</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="refresh" content="10">
<style>{style}</style></head><body class="ghala-sorry"><main><h1>There is nothing to show</h1>
<p>{what}</p><dl><dt>where</dt><dd><code>{where}</code></dd><dt>next</dt><dd><code>{next_step}</code></dd></dl>
<p class="ghala-hint">This page looks again every ten seconds.</p></main></body></html>"""
