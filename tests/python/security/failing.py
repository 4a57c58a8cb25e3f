"""Sources that do not work, each with a secret of its own."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from unittest.mock import patch
from urllib.parse import quote

from httpx_retries import Retry

from orchestration.ingest.extract import rest
from tests.python.security.world import LAST, World

PASSWORD, OTHER, TOKEN, IN_URL = "canary/pass@word'5", "canary pass 6", "canary-token-7", "canary-in-url-8"


class Faulty(BaseHTTPRequestHandler):
    """Answers 500 below /broken and records without the contract's columns elsewhere."""

    def do_GET(self) -> None:
        is_broken = self.path.startswith("/broken")
        self.send_response(500 if is_broken else 200)
        self.end_headers()
        self.wfile.write(b'{"data": [{"customer": "C1"}], "next_cursor": null, "total": 1}')

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def faulty() -> Iterator[str]:
    """host:port of a shop that does not work."""
    server = HTTPServer(("127.0.0.1", 0), Faulty)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def fail(world: World) -> None:
    """Run what fails at its sources: before anything is built, so that the first version has the traces of it."""
    right = world.connections["GHALA_ERP_DSN"]
    port = right.rpartition(":")[2].partition("/")[0]
    wrong = f"postgresql://ghala_reader:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/erp"
    torn = f"postgresql://ghala_reader:{PASSWORD}@127.0.0.1:{port}/erp"
    words = f"host=127.0.0.1 port=1 user=ghala_reader password='{OTHER}' dbname=erp"
    day = f"--date {LAST}"
    waits = patch.dict(os.environ, {"GHALA_RETRY_WAITS": "0"})
    with waits, patch.object(rest, "RETRY", Retry(total=0)), faulty() as address:
        assert world.ghala(f"run --json --to {LAST}", {"GHALA_ERP_DSN": wrong}) == 1
        for dsn in (wrong, torn, words, "host=127.0.0.1 port=" + OTHER):
            assert world.ghala(f"ingest erp.products {day}", {"GHALA_ERP_DSN": dsn}) == 1
        for url in (f"http://{address}/broken", f"http://reader:{IN_URL}@{address}"):
            shop = {"GHALA_COMMERCE_URL": url, "GHALA_COMMERCE_TOKEN": TOKEN}
            assert world.ghala(f"ingest commerce.customers {day}", shop) == 1
