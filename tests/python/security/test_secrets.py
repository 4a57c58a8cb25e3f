"""Secrets come from the environment, and stay there: canaries are planted, runs fail, everything is read."""

import io
from contextlib import redirect_stderr
from pathlib import Path
from urllib.parse import quote

import pytest

from orchestration import config
from orchestration.config import REPOSITORY, settings
from orchestration.contracts import contracts_of
from orchestration.ingest import contract_page, sources_yaml
from orchestration.redact import address, redact, secrets
from tests.python.security import written
from tests.python.security.failing import IN_URL, OTHER, PASSWORD, TOKEN
from tests.python.security.world import CANARIES, World


def test_no_secret_is_written(world: World) -> None:
    given = [*CANARIES.values(), *world.connections.values(), PASSWORD, quote(PASSWORD, safe=""), "word'5", OTHER]
    hidden = secrets(CANARIES | world.connections) | {*given[-4:], TOKEN, IN_URL}
    assert world.connections["GHALA_ERP_DSN"] in hidden and "canarywebhook93" in hidden
    places = [*written.texts(world.home), *(("terminal", text) for text in world.printed)]
    with world.connected():
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
