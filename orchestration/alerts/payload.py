"""An incident in words: Slack's blocks with a plain text, and an e-mail."""

import os
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from orchestration.alerts.model import OPENED, REMINDER, RESOLVED, Incident, Message
from orchestration.config import REPOSITORY
from orchestration.redact import redact

HEADER, TEXT = 150, 2900  # characters that Slack takes in a header and, with room for marks, in a section
LISTED = 20  # incidents by name in a message about many
MARKS = {1: "🔴", 2: "🟠", 3: "🟡"}  # by tier; what is over is green
WORDS = {OPENED: "open", REMINDER: "still open", RESOLVED: "resolved"}
KINDS = {
    "run": "run failed",
    "model": "model failed",
    "test": "test failed",
    "anomaly": "unusual day",
    "delivery": "delivery stopped",
    "outage": "source down",
    "freshness": "data too old",
}
RUNBOOKS = {
    "run": "failed-run",
    "model": "failed-run",
    "test": "failed-test",
    "anomaly": "anomaly",
    "outage": "source-down",
    "freshness": "late-data",
    "delivery schema": "schema-drift",
    "delivery breaker": "circuit-breaker",
    "delivery rule": "circuit-breaker",
    "delivery delivery": "late-data",
}


def title(incident: Incident) -> str:
    """One line: what, where."""
    series = f" ({incident.series})" if incident.series else ""
    return f"{KINDS.get(incident.kind, incident.kind)}: {incident.subject}{series}"


def links(incident: Incident) -> list[tuple[str, str]]:
    """(name, address) of the run in Dagster and of the runbook, as far as there are any."""
    found = []
    if incident.run_id and not incident.run_id.startswith("ingest-"):
        base = os.environ.get("GHALA_ALERT_DAGSTER_URL") or "http://127.0.0.1:3000"
        found.append(("run", f"{base.rstrip('/')}/runs/{incident.run_id}"))
    name = RUNBOOKS.get(incident.kind) or RUNBOOKS.get(f"{incident.kind} {incident.series}")
    file = Path("docs") / "runbooks" / f"{name}.md"
    if name and (REPOSITORY / file).is_file():
        base = os.environ.get("GHALA_ALERT_RUNBOOK_URL") or file.parent.as_posix()
        found.append(("runbook", f"{base.rstrip('/')}/{file.name}"))
    return found


def facts(incident: Incident) -> list[tuple[str, str]]:
    """Who, since when, how often."""
    window = f"{_minute(incident.first_seen_at)} to {_minute(incident.resolved_at or incident.last_seen_at)} UTC"
    return [
        ("Tier", str(incident.tier)),
        ("Owner", incident.owner or "(none)"),
        ("Channel", incident.channel or "(none)"),
        ("Window", window),
        ("Seen", f"{incident.repeat_count:,} time{'' if incident.repeat_count == 1 else 's'}"),
        ("Fingerprint", incident.fingerprint),
    ]


def plain(message: Message) -> str:
    """A message as text: the fallback for Slack, the body of an e-mail."""
    incident = message.incident
    lines = [f"[{WORDS[message.event]}] {title(incident)}", "", incident.what]
    if message.event != RESOLVED:
        lines += ["", f"Next: {incident.next_step}"]
    lines += ["", *(f"{name}: {value}" for name, value in (*facts(incident), *links(incident)))]
    return redact("\n".join(lines))


def slack(messages: Sequence[Message]) -> dict[str, Any]:
    """The body of a webhook: of one message, or of many in one list. All are of one channel and one event."""
    first = messages[0]
    sign = "🟢" if first.event == RESOLVED else MARKS.get(min(m.incident.tier for m in messages), "⚪")
    channel = {"channel": first.incident.channel} if first.incident.channel.startswith("#") else {}
    if len(messages) > 1:
        head = f"{sign} {len(messages)} incidents {WORDS[first.event]}"
        return {**channel, "text": head, "blocks": [_header(head), _section(listed(messages))]}
    incident = first.incident
    head = f"{sign} {WORDS[first.event]}: {title(incident)}"
    blocks = [_header(head), _section(_escaped(incident.what))]
    fields = [{"type": "mrkdwn", "text": f"*{name}*\n{_escaped(value)}"} for name, value in facts(incident)]
    blocks.append({"type": "section", "fields": fields})
    if first.event != RESOLVED:
        blocks.append(_section(f"*Next* {_escaped(incident.next_step)}"))
    if found := links(incident):
        text = " · ".join(f"<{url}|{name}>" if "://" in url else f"{name}: `{url}`" for name, url in found)
        blocks.append({"type": "context", "elements": [{"type": "mrkdwn", "text": redact(text)}]})
    return {**channel, "text": f"{head}\n{plain(first)}", "blocks": blocks}


def email(messages: Sequence[Message], sender: str, recipients: str) -> EmailMessage:
    """An e-mail of one message or of many. Its id is that of the incident, so that «resolved» joins the same thread."""
    first = messages[0]
    incident = first.incident
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, recipients
    if len(messages) > 1:
        mail["Subject"] = f"[Ghala] {len(messages)} incidents {WORDS[first.event]}"
        mail.set_content(redact(listed(messages)))
        return mail
    mail["Subject"] = f"[Ghala] {WORDS[first.event]}: {redact(title(incident))}"
    thread = f"{incident.fingerprint}.{incident.first_seen_at.translate(str.maketrans('', '', ':+'))}"
    mail["Message-ID"] = f"<{thread}{'' if first.event == OPENED else f'.{first.event}.{incident.repeat_count}'}@ghala>"
    if first.event != OPENED:
        mail["In-Reply-To"] = mail["References"] = f"<{thread}@ghala>"
    mail.set_content(plain(first))
    return mail


def listed(messages: Sequence[Message]) -> str:
    """Many incidents, a line each."""
    lines = [f"• tier {m.incident.tier} {title(m.incident)} - {m.incident.owner}" for m in messages[:LISTED]]
    more = [f"… and {len(messages) - LISTED} more"] if len(messages) > LISTED else []
    return "\n".join([*lines, *more, "See them: ghala alerts list"])


def _header(text: str) -> dict[str, Any]:
    return {"type": "header", "text": {"type": "plain_text", "text": redact(text)[:HEADER]}}


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": redact(text)[:TEXT]}}


def _escaped(text: str) -> str:
    """What Slack would read as its own marks."""
    return redact(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _minute(text: str) -> str:
    return text[:16].replace("T", " ")
