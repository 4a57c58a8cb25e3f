"""Messages arrive, once, whatever the receiver does; who is down is tried again; nothing secret is shown."""

import json
import logging
from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.alerts import settle as settling
from orchestration.alerts import state
from orchestration.alerts.fold import fold
from orchestration.alerts.model import Rules, State, View
from orchestration.alerts.payload import links
from orchestration.alerts.targets import override_of
from tests.python.alerts.conftest import NOON, PATH, House
from tests.python.alerts.receivers import PASSWORD, certificate, mail_server, webhook
from tests.python.alerts.test_fold import sighting
from tests.python.alerts.test_story import break_day


@pytest.fixture
def broken(house: House) -> House:
    """A house with one incident that nobody was told of yet."""
    break_day(house, 0)
    assert house.land() is not None
    return house


def log_of(house: House) -> str:
    return (house.config.home / "logs" / "ghala.jsonl").read_text()


def test_a_receiver_that_was_down_gets_what_it_missed_in_order_and_once(
    broken: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("httpx_retries.Retry.sleep", lambda *_: None)
    broken.got.answers = [(503, {})] * 4
    broken.settle()
    assert (broken.got.posts, broken.got.requests) == ([], 4)
    assert broken.said == ["1 alert not delivered by slack: the webhook answers HTTP 503; tried again next time"]
    broken.toy.sell(0)
    broken.land()
    broken.got.answers = [(404, {})]
    broken.settle()
    assert broken.said[1].startswith("2 alerts not delivered")
    broken.settle()
    broken.settle()
    assert [head[:6] for head in broken.got.heads] == ["🔴 open", "🟢 reso"]
    assert '"event": "alert.undelivered"' in log_of(broken)


def test_a_receiver_that_is_not_there_costs_the_run_nothing(broken: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("httpx_retries.Retry.sleep", lambda *_: None)
    with webhook() as gone:
        port = int(gone.url.rsplit(":", 1)[1])
    monkeypatch.setenv("GHALA_ALERT_WEBHOOK_URL", gone.url + PATH)
    broken.settle()
    assert broken.said == [
        "1 alert not delivered by slack: the webhook does not answer (ConnectError); tried again next time"
    ]
    with webhook(port) as back:
        broken.settle()
        assert len(back.posts) == 1


def test_too_many_requests_are_waited_for_as_long_as_the_receiver_says(
    broken: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("httpx_retries.retry.time.sleep", slept.append)
    broken.got.answers = [(429, {"Retry-After": "7"}), (429, {"Retry-After": "3600"})]
    broken.settle()
    assert (len(broken.got.posts), broken.said) == (1, [])
    assert slept == [7, 15]  # an hour is too long for a run: it is tried again after that, and next time


@pytest.mark.parametrize(("survived", "posts"), [(0, 1), (1, 2)])  # how often the state was saved before the crash
def test_a_crash_before_sending_loses_no_message_and_one_after_it_repeats_one(
    broken: House, monkeypatch: pytest.MonkeyPatch, survived: int, posts: int
) -> None:
    class Killed(BaseException):
        """As kill -9 does: nothing runs after it."""

    saved: list[State] = []
    real = state.save

    def save(home: Path, now: State) -> None:
        if len(saved) == survived:
            raise Killed
        saved.append(now)
        real(home, now)

    with monkeypatch.context() as patch:
        patch.setattr(state, "save", save)
        with pytest.raises(Killed):
            broken.settle()
    broken.settle()
    broken.settle()
    assert len(broken.got.posts) == posts
    assert [incident.repeat_count for incident in broken.open.open.values()] == [1]


def test_no_secret_is_in_any_file_or_word(
    broken: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("GHALA_ALERT_SMTP_URL", f"smtp://ghala:{PASSWORD}@127.0.0.1:1")
    monkeypatch.setenv("GHALA_ALERT_EMAIL_FROM", "ghala@example.org")
    monkeypatch.setenv("GHALA_ALERT_EMAIL_TO", "amina@example.org")
    monkeypatch.setenv("GHALA_ERP_DSN", f"postgresql://reader:{PASSWORD}@db/erp")
    broken.got.answers = [(403, {})]
    broken.settle()
    with pytest.raises(ValueError, match="cannot reach"), settling.alerting(broken.config, "r9", broken.said.append):
        raise ValueError(f"cannot reach postgresql://reader:{PASSWORD}@db/erp")
    files = [file.read_text() for file in broken.config.home.rglob("*.json*")]
    everything = "\n".join([*files, *broken.said, caplog.text, json.dumps([body for _, body in broken.got.posts])])
    assert "cannot reach ***" in everything
    for secret in (PASSWORD, PATH, PATH.rsplit("/", 1)[1]):
        assert secret not in everything


def test_a_channel_with_a_webhook_of_its_own_gets_it_there(broken: House, monkeypatch: pytest.MonkeyPatch) -> None:
    assert override_of("#ghala-sales") == "GHALA_ALERT_WEBHOOK_URL_GHALA_SALES"
    with webhook() as own:
        monkeypatch.setenv(override_of("#sales"), own.url + "/own")
        broken.settle()
        assert ([path for path, _ in own.posts], broken.got.posts) == (["/own"], [])


def test_many_incidents_of_one_channel_come_as_one_message(broken: House) -> None:
    many = View(tuple(sighting(f"thing {n}", n) for n in range(30)), lambda _: True)
    owed, _ = fold(State(), many, NOON, Rules(("slack",)))
    after = settling.deliver(broken.config, owed, settling.targets({"GHALA_ALERT_WEBHOOK_URL": broken.got.url}), print)
    ((_, body),) = broken.got.posts
    assert after.outbox == ()
    assert body["text"] == "🔴 30 incidents open"
    text = body["blocks"][1]["text"]["text"]
    assert "thing 19" in text
    assert "and 10 more" in text


@pytest.mark.parametrize("how", ["plain", "starttls", "smtps"])
def test_mail_arrives_and_a_password_only_over_tls(
    broken: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, how: str
) -> None:
    context = None
    if how != "plain":
        cert, context = certificate(tmp_path)
        monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    monkeypatch.delenv("GHALA_ALERT_WEBHOOK_URL")
    monkeypatch.setenv("GHALA_ALERT_EMAIL_FROM", "ghala@example.org")
    monkeypatch.setenv("GHALA_ALERT_EMAIL_TO", "amina@example.org, night@example.org")
    with mail_server(context, implicit=how == "smtps") as got:
        scheme = "smtps" if how == "smtps" else "smtp"
        monkeypatch.setenv("GHALA_ALERT_SMTP_URL", f"{scheme}://ghala:{PASSWORD}@localhost:{got.port}")
        broken.settle()
        if how == "plain":
            assert got.mails == []
            assert "a password is not sent without" in broken.said[0]
            monkeypatch.setenv("GHALA_ALERT_SMTP_URL", f"smtp://localhost:{got.port}")
        broken.toy.sell(0)
        broken.land()
        broken.settle()
    opened, fixed = got.mails
    assert opened["Subject"] == "[Ghala] open: delivery stopped: shop.sales (schema)"
    assert fixed["In-Reply-To"] == opened["Message-ID"]
    assert "ghala contract accept shop.sales" in opened.get_content()  # type: ignore[attr-defined]
    assert opened["To"] == "amina@example.org, night@example.org"
    assert not [line for line in got.in_the_clear if line.startswith("AUTH")]


@pytest.mark.parametrize(
    ("is_trusted", "said"), [(True, "SMTPAuthenticationError"), (False, "SSLCertVerificationError")]
)
def test_a_mail_server_that_refuses_is_named_without_its_address(
    broken: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, is_trusted: bool, said: str
) -> None:
    cert, context = certificate(tmp_path)
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    monkeypatch.delenv("GHALA_ALERT_WEBHOOK_URL")
    for name in ("FROM", "TO"):
        monkeypatch.setenv(f"GHALA_ALERT_EMAIL_{name}", "amina@example.org")
    with mail_server(context) as got:
        monkeypatch.setenv("GHALA_ALERT_SMTP_URL", f"smtp://ghala:wrong-{PASSWORD}@localhost:{got.port}")
        broken.settle()
    text = f"1 alert not delivered by email: the mail server did not take it ({said}); tried again next time"
    assert (broken.said, got.mails) == ([text], [])


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("GHALA_ALERT_WEBHOOK_URL", "hooks.example.org", "GHALA_ALERT_WEBHOOK_URL is no address of its kind"),
        ("GHALA_ALERT_WEBHOOK_URL", "https://h:x/p", "GHALA_ALERT_WEBHOOK_URL is no address of its kind"),
        ("GHALA_ALERT_SMTP_URL", "smtp://127.0.0.1", "GHALA_ALERT_EMAIL_FROM is not set"),
        ("GHALA_ALERT_REMINDER_HOURS", "daily", "GHALA_ALERT_REMINDER_HOURS is no number"),
    ],
)
def test_a_wrong_setting_is_said_and_what_is_owed_waits(
    broken: House, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.delenv("GHALA_ALERT_EMAIL_FROM", raising=False)
    monkeypatch.setenv(name, value)
    after = broken.settle()
    assert said in "\n".join(broken.said)
    assert len(after.outbox) == (name != "GHALA_ALERT_REMINDER_HOURS")


def test_links_go_to_the_run_and_to_a_runbook_that_is_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("orchestration.alerts.payload.REPOSITORY", tmp_path)
    (tmp_path / "docs" / "runbooks").mkdir(parents=True)
    (tmp_path / "docs" / "runbooks" / "schema-drift.md").touch()
    monkeypatch.setenv("GHALA_ALERT_DAGSTER_URL", "https://dagster.example.org/")
    monkeypatch.setenv("GHALA_ALERT_RUNBOOK_URL", "https://docs.example.org/runbooks")
    seen = replace(sighting("shop.sales", 1), kind="delivery", series="schema", run_id="r1")
    state_, _ = fold(State(), View((seen,), lambda _: True), NOON, Rules())
    (incident,) = state_.open.values()
    assert links(incident) == [
        ("run", "https://dagster.example.org/runs/r1"),
        ("runbook", "https://docs.example.org/runbooks/schema-drift.md"),
    ]
    assert links(replace(incident, series="breaker", run_id="ingest-20260302")) == []
