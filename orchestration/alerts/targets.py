"""Where messages go: a Slack-compatible webhook, and e-mail by SMTP. Both addresses are secrets of the environment."""

import logging
import re
import smtplib
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Literal
from urllib.parse import SplitResult, unquote, urlsplit

from orchestration.alerts import payload
from orchestration.alerts.model import Message, Rules
from orchestration.errors import ConfigError, GhalaError

WEBHOOK, SMTP = "GHALA_ALERT_WEBHOOK_URL", "GHALA_ALERT_SMTP_URL"
SENDER, RECIPIENTS, REMINDER = "GHALA_ALERT_EMAIL_FROM", "GHALA_ALERT_EMAIL_TO", "GHALA_ALERT_REMINDER_HOURS"
SECONDS = 5.0  # for an answer; a receiver that is slower is one that is down
WAITED = 30.0  # seconds between attempts, in all: with four answers less than the minute that Dagster gives a sensor
ATTEMPTS = 4
SUBMISSION, SMTPS = 587, 465
PASSING = (408, 429)  # of 4xx: the receiver has no time just now
CONTENT = (400, 413, 422)  # what the message says, or how much of it
Stops = Literal["receiver", "place", "message"]


class NotDeliveredError(GhalaError):
    """A receiver did not take a message. `what` holds no address.

    `stops` says what need not be tried any more now: the receiver (nobody answers there), the place (its address is
    wrong), or nothing but this message (the receiver does not like what it says).
    """

    def __init__(self, what: str, where: str, next_step: str, stops: Stops = "receiver") -> None:
        super().__init__(what, where, next_step)
        self.stops: Stops = stops


@dataclass(frozen=True)
class Target:
    """A way out. `key` says which messages go to the same place, `send` sends messages of one key as one.

    `send` is told how often to try at most. `receiver` says which messages need the same server to answer.
    """

    name: str
    key: Callable[[Message], str]
    send: Callable[[Sequence[Message], int], None]
    receiver: Callable[[Message], str] = lambda _: ""


def targets(environment: Mapping[str, str]) -> tuple[Target, ...]:
    """The targets that are configured. One whose configuration is wrong says so when it is to send."""
    found = []
    webhooks = [name for name in (WEBHOOK, *_overrides(environment)) if environment.get(name)]
    if webhooks:
        found.append(
            Target(
                "slack",
                lambda one: one.incident.channel,
                lambda some, attempts: _post(environment, some, attempts),
                lambda one: _server(environment, one.incident.channel),
            )
        )
    if environment.get(SMTP):
        found.append(Target("email", lambda _: "", lambda some, _: _mail(environment, some)))
    return tuple(found)


def rules(environment: Mapping[str, str], known: Sequence[Target]) -> Rules:
    """Who is told, and how often again. Raises ConfigError for hours that are none."""
    text = environment.get(REMINDER)
    try:
        hours = float(text) if text else None
    except ValueError as error:
        step = "hours after which an open incident of tier 1 is told again, such as 24; unset: never"
        raise ConfigError(f"{REMINDER} is no number: {text!r}", f"environment variable {REMINDER}", step) from error
    return Rules(tuple(target.name for target in known), hours)


def webhook_for(environment: Mapping[str, str], channel: str) -> str:
    """The webhook of a contract's channel: GHALA_ALERT_WEBHOOK_URL_<CHANNEL>, else the one for all.

    Raises ConfigError when there is none, or when it is no address.
    """
    name = override_of(channel) if environment.get(override_of(channel)) else WEBHOOK
    return _url(environment, name, ("http", "https")).geturl()


def _server(environment: Mapping[str, str], channel: str) -> str:
    """The server of a channel's webhook; of one that is configured wrongly, which `send` says, the channel itself."""
    try:
        return urlsplit(webhook_for(environment, channel)).netloc
    except ConfigError:
        return channel


def override_of(channel: str) -> str:
    """The variable of a channel: #ghala-sales has GHALA_ALERT_WEBHOOK_URL_GHALA_SALES."""
    return f"{WEBHOOK}_{re.sub(r'[^A-Za-z0-9]+', '_', channel).strip('_').upper()}"


def _overrides(environment: Mapping[str, str]) -> list[str]:
    return sorted(name for name, value in environment.items() if name.startswith(f"{WEBHOOK}_") and value)


def _url(environment: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> SplitResult:
    try:
        url = urlsplit(environment.get(name, ""))
        if url.scheme in schemes and url.hostname and url.port != 0:
            return url
    except ValueError:  # a port that is no number
        pass
    example = f"{schemes[-1]}://user:password@host:port" if "smtp" in schemes else f"{schemes[-1]}://host/path"
    what = "is no address of its kind" if environment.get(name) else "is not set"
    raise ConfigError(f"{name} {what}", f"environment variable {name}", f"write it as {example}")


def _post(environment: Mapping[str, str], messages: Sequence[Message], attempts: int) -> None:
    import httpx  # noqa: PLC0415  (a run that has nothing to tell does not pay for it)
    from httpx_retries import Retry, RetryTransport  # noqa: PLC0415

    url = webhook_for(environment, messages[0].incident.channel)
    for name in ("httpx", "httpcore", "httpx_retries"):
        logging.getLogger(name).setLevel(logging.WARNING)  # they write the address, which is the secret
    retry = Retry(
        total=attempts - 1,
        backoff_factor=0.5,
        allowed_methods=["POST"],  # at worst a message comes twice
        status_forcelist=[*PASSING, 500, 502, 503, 504],
        max_backoff_wait=WAITED / 2,
        total_timeout=WAITED,
    )
    try:
        with httpx.Client(transport=RetryTransport(retry=retry), timeout=SECONDS) as client:
            answer = client.post(url, json=payload.slack(messages))
    except httpx.HTTPError as error:
        raise _undelivered("the webhook does not answer", error, WEBHOOK) from None
    if not answer.is_success:
        raise NotDeliveredError(
            f"the webhook answers HTTP {answer.status_code}",
            WEBHOOK,
            "see docs/runbooks/alert-not-delivered.md",
            _stops(answer.status_code),
        )


def _stops(status: int) -> Stops:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in PASSING:
        return "receiver"
    return "message" if status in CONTENT else "place"


def _mail(environment: Mapping[str, str], messages: Sequence[Message]) -> None:
    """TLS from the start for smtps://, STARTTLS where the server has it; a password never goes in the clear."""
    url = _url(environment, SMTP, ("smtp", "smtps"))
    for name in (SENDER, RECIPIENTS):
        if "@" not in environment.get(name, ""):
            problem = f"{name} is no e-mail address" if environment.get(name) else f"{name} is not set"
            raise ConfigError(problem, f"environment variable {name}", f"set it, or unset {SMTP}")
    mail = payload.email(messages, environment[SENDER], environment[RECIPIENTS])
    context = ssl.create_default_context()
    host = url.hostname or ""
    try:
        server: smtplib.SMTP
        if url.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, url.port or SMTPS, timeout=SECONDS, context=context)
        else:
            server = smtplib.SMTP(host, url.port or SUBMISSION, timeout=SECONDS)
        with server:
            is_safe = url.scheme == "smtps"
            if not is_safe and server.ehlo() and server.has_extn("starttls"):
                server.starttls(context=context)
                is_safe = True
            if url.username:
                if not is_safe:
                    raise NotDeliveredError(
                        "the mail server offers no TLS, and a password is not sent without", SMTP, "use smtps://"
                    )
                server.login(unquote(url.username), unquote(url.password or ""))
            server.send_message(mail)
    except (smtplib.SMTPException, OSError) as error:
        raise _undelivered("the mail server did not take it", error, SMTP) from None


def _undelivered(what: str, error: Exception, where: str) -> NotDeliveredError:
    """Without the error's text, which may hold an address."""
    step = "see docs/runbooks/alert-not-delivered.md"
    return NotDeliveredError(f"{what} ({type(error).__name__})", f"environment variable {where}", step)
