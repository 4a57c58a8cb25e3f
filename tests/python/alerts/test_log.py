"""The log for programs: one JSON object a line, with the run it belongs to and without a secret."""

import json
import logging
from pathlib import Path

import pytest

from orchestration import log
from orchestration.make_run import simulated
from orchestration.redact import redact, secrets
from tests.python.alerts.conftest import House
from tests.python.alerts.test_story import break_day


def read(home: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (home / "logs" / "ghala.jsonl").read_text().splitlines()]


def test_landing_says_what_landed_and_what_was_stopped(house: House) -> None:
    house.land()
    house.land()
    break_day(house, 1)
    house.land(1)
    first, again, stopped = read(house.config.home)
    assert first["time"] < again["time"]  # type: ignore[operator]
    known = {"source": "shop", "table": "sales", "asset": "shop/sales", "partition": "2026-03-01"}
    assert {name: first[name] for name in known} == known
    assert (first["level"], first["event"], first["rows"], first["load_number"]) == ("info", "load.landed", 2, 1)
    assert isinstance(first["seconds"], float)
    assert str(first["run_id"]).startswith("ingest-")
    assert (again["event"], again["rows"]) == ("load.unchanged", 2)
    assert (stopped["level"], stopped["event"], stopped["gate"]) == ("error", "load.stopped", "schema")
    assert "amounts" in str(stopped["message"])


def test_a_field_that_is_bound_is_in_every_event_until_its_end(tmp_path: Path) -> None:
    with log.bound(run_id="r1"):
        log.event(tmp_path, "a", rows=3)
        log.event(tmp_path, "b", run_id="r2")
    log.event(tmp_path, "c", "text\n\0of two lines", logging.ERROR)
    found = read(tmp_path)
    assert [(one.get("run_id"), one["event"]) for one in found] == [("r1", "a"), ("r2", "b"), (None, "c")]
    assert found[0]["rows"] == 3
    assert (found[2]["message"], found[2]["level"]) == ("text\nof two lines", "error")


def test_a_file_that_is_full_makes_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "BYTES", 1000)
    monkeypatch.setattr(log, "KEPT", 2)
    for number in range(50):
        log.event(tmp_path, "event", number=number)
    files = sorted(file.name for file in (tmp_path / "logs").iterdir())
    assert files == ["ghala.jsonl", "ghala.jsonl.1", "ghala.jsonl.2"]
    assert read(tmp_path)[-1]["number"] == 49


def test_a_log_that_cannot_be_written_costs_no_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    log.event(tmp_path, "a")
    (tmp_path / "other" / "logs" / "ghala.jsonl").mkdir(parents=True)
    log.event(tmp_path / "other", "a")
    assert capsys.readouterr().err == ""


def test_secrets_are_values_and_what_is_secret_in_an_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {
        "GHALA_ERP_DSN": "postgresql://reader:p%40ss-word@db:5432/erp",
        "GHALA_OTHER_DSN": "host=db password=hunter22 user=reader",
        "GHALA_COMMERCE_URL": "http://shop.example.org/api",
        "GHALA_COMMERCE_TOKEN": 'tok-"en"',
        "GHALA_HMAC_KEY": "k" * 64,
        "GHALA_ALERT_WEBHOOK_URL_SALES": "https://hooks.example.org/services/T1/B1/abcdefghijklmnopqrst",
        "GHALA_HOME": "/var/ghala",
        "PATH": "/usr/bin",
    }
    known = secrets(environment)
    text = "p@ss-word p%40ss-word hunter22 abcdefghijklmnopqrst /services/T1/B1/abcdefghijklmnopqrst " + "k" * 64
    assert set(redact(text, known).split()) == {"***"}
    assert redact("http://shop.example.org/api /var/ghala /usr/bin", known).count("***") == 0
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    log.event(tmp_path, "a", 'the token is tok-"en"', detail="p@ss-word")
    (found,) = read(tmp_path)
    assert (found["message"], found["detail"]) == ("the token is ***", "***")


def test_a_webhook_is_no_source() -> None:
    assert simulated({"GHALA_ALERT_WEBHOOK_URL": "https://hooks.example.org"}, {}, None)
