"""Secrets come from the environment, and stay there: canaries are planted, runs fail, everything is read."""

import io
import os
import threading
from collections.abc import Iterator
from contextlib import redirect_stderr
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from unittest.mock import patch
from urllib.parse import quote

import pytest
from httpx_retries import Retry

from orchestration import config
from orchestration.config import REPOSITORY, settings
from orchestration.contracts import contracts_of
from orchestration.ingest import contract_page, sources_yaml
from orchestration.ingest.extract import rest
from orchestration.redact import address, redact, secrets
from tests.python.security import written
from tests.python.security.world import CANARIES, LAST, World

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


@pytest.fixture(scope="module")
def faulty() -> Iterator[str]:
    """host:port of a shop that does not work."""
    server = HTTPServer(("127.0.0.1", 0), Faulty)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def failed(world: World, faulty: str) -> World:
    """The world after runs that failed at their sources, each with a secret of its own."""
    right = world.connections["GHALA_ERP_DSN"]
    port = right.rpartition(":")[2].partition("/")[0]
    wrong = f"postgresql://ghala_reader:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/erp"
    torn = f"postgresql://ghala_reader:{PASSWORD}@127.0.0.1:{port}/erp"
    words = f"host=127.0.0.1 port=1 user=ghala_reader password='{OTHER}' dbname=erp"
    day = f"--date {LAST}"
    with patch.dict(os.environ, {"GHALA_RETRY_WAITS": "0"}), patch.object(rest, "RETRY", Retry(total=0)):
        tomorrow = LAST + timedelta(days=1)
        assert world.ghala(f"run --json --to {tomorrow}", {"GHALA_ERP_DSN": wrong}) == 1
        for dsn in (wrong, torn, words, "host=127.0.0.1 port=" + OTHER):
            assert world.ghala(f"ingest erp.products {day}", {"GHALA_ERP_DSN": dsn}) == 1
        for url in (f"http://{faulty}/broken", f"http://reader:{IN_URL}@{faulty}"):
            shop = {"GHALA_COMMERCE_URL": url, "GHALA_COMMERCE_TOKEN": TOKEN}
            assert world.ghala(f"ingest commerce.customers {day}", shop) == 1
        assert world.ghala(f"run --json --to {LAST}") == 0
        assert world.ghala("status --json") == 0
    return world


def test_no_secret_is_written(failed: World) -> None:
    given = [*CANARIES.values(), *failed.connections.values(), PASSWORD, quote(PASSWORD, safe=""), "word'5", OTHER]
    hidden = secrets(CANARIES | failed.connections) | {*given[-4:], TOKEN, IN_URL}
    assert failed.connections["GHALA_ERP_DSN"] in hidden and "canarywebhook93" in hidden
    places = [*written.texts(failed.home), *(("terminal", text) for text in failed.printed)]
    with failed.connected():
        contracts = contracts_of(REPOSITORY / "contracts")
        places += [("export", text) for text in contract_page.render(contracts).values()]
        places += [("export", text) for text in sources_yaml.render(contracts).values()]
    assert {where.split("/")[0] for where, _ in places} >= {"dagster", "ops", "logs", "target", "governance", "serving"}
    assert any("refuses the connection" in text for where, text in places if where.startswith("dagster/"))
    assert written.found(iter(places), hidden) == {}


def test_every_form_of_a_secret_is_hidden() -> None:
    env = {
        "GHALA_A_DSN": r"host=db password='it\'s secret' user=u",
        "GHALA_B_DSN": "postgresql://u:p%40ss%2Fw@db/x",
        "GHALA_C_URL": "https://tok123@api/v1?api_key=key456",
        "GHALA_D_URL": "https://api/v1",
        "GHALA_HMAC_KEY": "old-key,new-key",
    }
    for secret in ("it's secret", "p@ss/w", "p%40ss%2Fw", "tok123", "key456", "old-key", "new-key", r"it\'s secret"):
        assert secret not in redact(f"<{secret}>", secrets(env)), secret
    assert redact("GET https://api/v1 by u at db", secrets(env)) == "GET https://api/v1 by u at db"
    assert address(env["GHALA_A_DSN"]) == "host=db password=*** user=u"
    assert address("postgresql://u:a/b@c@db:1/x") == "postgresql://u:***@db:1/x"


def test_an_env_file_that_others_can_read_is_warned_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GHALA_HOME", str(tmp_path))
    (tmp_path / ".env").write_text("")
    for mode, is_warned in ((0o600, False), (0o644, True)):
        (tmp_path / ".env").chmod(mode)
        config._warn_of_open_secrets.cache_clear()
        said = io.StringIO()
        with redirect_stderr(said):
            settings()
        assert ("chmod 600" in said.getvalue()) == is_warned
