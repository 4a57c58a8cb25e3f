"""The commands, a run that a person starts and one that Dagster starts, each against a real receiver."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg
import pytest

from orchestration.alerts.fold import is_muted
from orchestration.cli import alerts, read, work
from orchestration.defs.alerts.sensors import alerts_on_failure, alerts_on_success
from orchestration.defs.failure import as_failure
from orchestration.defs.sources.resources import Console
from orchestration.errors import ConfigError, GateError, GhalaError
from orchestration.summary import open_incidents
from tests.python.alerts.conftest import PATH, House
from tests.python.alerts.receivers import mail_server
from tests.python.alerts.test_story import break_day


def test_a_run_that_a_gate_stops_tells_before_it_ends(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    break_day(house, 0)
    with pytest.raises(GateError):
        work.run(to=datetime(2026, 3, 1))
    assert house.got.heads == ["🔴 open: delivery stopped: shop.sales (schema)"]
    (context,) = (block for block in house.got.posts[0][1]["blocks"] if block["type"] == "context")
    lines = [json.loads(line) for line in (house.config.home / "logs" / "ghala.jsonl").read_text().splitlines()]
    assert [line["event"] for line in lines] == ["load.stopped", "incident.opened", "alert.sent"]
    assert f"runs/{lines[0]['run_id']}" in json.dumps(context)
    assert capsys.readouterr().err == ""
    read.status()
    shown = capsys.readouterr().out
    assert "Open incidents: 1" in shown
    assert "delivery stopped: shop.sales (schema)" in shown


def sense(house: House, instance: dg.DagsterInstance, *, error: bool, tags: dict[str, str] | None = None) -> Any:
    @dg.op
    def step() -> None:
        if error:
            raise as_failure(GhalaError("the disk is full", "/var/ghala", "free some space"), Console(interactive=True))

    job = dg.GraphDefinition(name="daily", node_defs=[step]).to_job()
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    result = job.execute_in_process(quiet, instance=instance, tags=tags, raise_on_error=False)
    event = next(event for event in result.all_events if event.is_run_failure or event.is_job_success)
    sensor = alerts_on_failure if error else alerts_on_success
    context = dg.build_run_status_sensor_context(sensor.name, event, instance, result.dagster_run)
    return sensor(context.for_run_failure() if error else context)


def test_a_run_of_dagsters_own_is_told_by_its_sensor_and_no_run_twice(house: House) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        skipped = sense(house, instance, error=True, tags={"ghala/from": "terminal"})
        assert isinstance(skipped, dg.SkipReason)
        assert house.got.posts == []
        sense(house, instance, error=True)
        assert house.got.heads == ["🔴 open: run failed: job"]
        text = house.got.posts[0][1]["text"]
        assert "the run stopped: the disk is full\n" in text
        assert "Next: free some space" in text
        sense(house, instance, error=False, tags={"ghala/from": "terminal"})
        assert len(house.got.posts) == 1
        sense(house, instance, error=False)
        assert house.got.heads[1:] == ["🟢 resolved: run failed: job"]
    assert {sensor.default_status for sensor in (alerts_on_failure, alerts_on_success)} == {
        dg.DefaultSensorStatus.RUNNING
    }


def test_an_incident_is_listed_sent_and_muted(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    alerts.list_()
    assert "no incident is open" in capsys.readouterr().out
    break_day(house, 0)
    house.land()
    with pytest.raises(ConfigError, match="no open incident"):
        alerts.mute("0123", datetime(2026, 3, 4))
    house.got.answers = [(404, {})]
    with pytest.raises(GhalaError, match="not everything"):
        alerts.send()
    (incident,) = open_incidents(house.config.home)
    alerts.list_()
    shown = capsys.readouterr().out
    assert incident.fingerprint in shown
    assert "1 not delivered by slack yet" in shown
    until = datetime.now(UTC) + timedelta(days=2)
    alerts.mute(incident.fingerprint, until.replace(tzinfo=None))
    assert is_muted(house.open.muted, incident.fingerprint, until)
    assert not is_muted(house.open.muted, incident.fingerprint, until + timedelta(days=1))
    alerts.send()
    alerts.list_()
    shown = capsys.readouterr().out
    assert "1 open, everything is delivered (slack)" in shown
    assert "(muted" in shown


def test_what_is_owed_to_a_target_that_is_gone_is_dropped_and_said_once(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("FROM", "TO"):
        monkeypatch.setenv(f"GHALA_ALERT_EMAIL_{name}", "amina@example.org")
    monkeypatch.setenv("GHALA_ALERT_SMTP_URL", "smtp://127.0.0.1:1")
    break_day(house, 0)
    house.land()
    with pytest.raises(GhalaError, match="not everything"):
        alerts.send()
    assert [message.pending for message in house.open.outbox] == [("email",)]
    capsys.readouterr()
    monkeypatch.delenv("GHALA_ALERT_SMTP_URL")
    alerts.send()
    shown = capsys.readouterr()
    assert "everything is delivered (slack)" in shown.out
    said = "1 alert dropped: email is no longer configured; what is still open: ghala alerts list"
    assert shown.err.splitlines() == [said]
    alerts.send()
    assert capsys.readouterr().err == ""
    events = [json.loads(line) for line in (house.config.home / "logs" / "ghala.jsonl").read_text().splitlines()]
    dropped = [(one["level"], one["target"], one["count"]) for one in events if one["event"] == "alert.dropped"]
    assert dropped == [("warning", "email", 1)]
    with mail_server() as got:  # months later
        monkeypatch.setenv("GHALA_ALERT_SMTP_URL", f"smtp://localhost:{got.port}")
        alerts.send()
        assert got.mails == []
    assert len(house.got.posts) == 1
    assert len(house.open.open) == 1, "only the message is gone"


def test_a_test_message_goes_to_every_channel(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GHALA_ALERT_WEBHOOK_URL_SALES", house.got.url + "/sales")
    alerts.test()
    assert [path for path, _ in house.got.posts] == [PATH, "/sales"]
    house.got.answers = [(404, {})]
    with pytest.raises(GhalaError, match="1 not delivered"):
        alerts.test()
    assert "slack #sales: delivered" in capsys.readouterr().out
    monkeypatch.setenv("GHALA_ALERT_WEBHOOK_URL", "hooks.example.org")
    with pytest.raises(ConfigError, match="no address"):
        alerts.test()
    for name in ("GHALA_ALERT_WEBHOOK_URL", "GHALA_ALERT_WEBHOOK_URL_SALES"):
        monkeypatch.delenv(name)
    with pytest.raises(ConfigError, match="nobody to tell"):
        alerts.test()
    assert house.open.open == {}, "a trial is no incident"
