"""At the end of a run: look at what is wrong, keep it, tell who has to know. It never fails the run."""

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from orchestration import log
from orchestration.alerts import evidence, state
from orchestration.alerts.fold import fold
from orchestration.alerts.model import SEEN, Ending, Incident, Message, Rules, State
from orchestration.alerts.targets import Target, rules, targets
from orchestration.config import Settings
from orchestration.errors import ConfigError, GhalaError
from orchestration.redact import redact

MANY = 5  # messages for one place at one time; of more, one message lists them
Say = Callable[[str], None]


@contextmanager
def alerting(settings: Settings, run_id: str, say: Say) -> Iterator[None]:
    """Around a run: whether it goes well or not, its incidents are kept and told at its end. An error is passed on."""
    began = _stamp()
    try:
        yield
    except Exception as error:
        what, step = (error.what, error.next_step) if isinstance(error, GhalaError) else (_words(error), "")
        line = next(iter(what.splitlines()), "no message")
        settle(settings, Ending(run_id, began, _stamp(), redact(line), redact(step)), say)
        raise
    settle(settings, Ending(run_id, began, _stamp()), say)


def settle(settings: Settings, ending: Ending | None, say: Say, now: datetime | None = None) -> State | None:
    """Look, keep, tell. Returns the state after it; None when even that could not be done, which is said."""
    try:
        with state.locked(settings.home):
            return _settle(settings, ending, say, now or datetime.now(UTC))
    except Exception as error:  # noqa: BLE001  (an alert never fails the run that it is about)
        text = redact(error.what if isinstance(error, GhalaError) else _words(error))
        say(f"alerts could not be looked after: {text}; then: ghala alerts send")
        log.event(settings.home, "alert.failed", text, logging.ERROR)
        return None


def _settle(settings: Settings, ending: Ending | None, say: Say, now: datetime) -> State:
    known = targets(os.environ)
    whom = _rules(settings, known, say)
    before = state.load(settings.home)
    views, last_run = evidence.views(settings, before, now, ending)
    after, changes = before, []
    for view in views:
        after, changed = fold(after, view, now, whom)
        changes += changed
    muted = {key: until for key, until in after.muted.items() if until >= now.date().isoformat()}
    after = replace(after, last_run=last_run, muted=muted)
    state.append(settings.home, changes)
    if after != before:
        state.save(settings.home, after)  # before anything is sent: a crash may repeat a message and loses none
    for event, incident in changes:
        level = logging.WARNING if event != SEEN else logging.INFO
        log.event(settings.home, f"incident.{event}", incident.what, level, **_facts(incident), tier=incident.tier)
    return deliver(settings, after, known, say)


def deliver(settings: Settings, owed: State, known: Sequence[Target], say: Say) -> State:
    """Send what is owed; a target that fails is left alone until the next time, and keeps what it is owed."""
    for target in known:
        for some in batches(owed.outbox, target):
            try:
                target.send(some)
            except GhalaError as error:
                left = sum(target.name in message.pending for message in owed.outbox)
                many = "s" if left > 1 else ""
                say(f"{left} alert{many} not delivered by {target.name}: {error.what}; tried again next time")
                log.event(settings.home, "alert.undelivered", error.what, logging.ERROR, target=target.name, count=left)
                break
            owed = replace(owed, outbox=_without(owed.outbox, some, target.name))
            state.save(settings.home, owed)
            for message in some:
                log.event(settings.home, "alert.sent", message.event, target=target.name, **_facts(message.incident))
    return owed


def batches(outbox: Sequence[Message], target: Target) -> list[list[Message]]:
    """What a target is owed, message by message in order; of more than MANY alike for one place, one batch."""
    alike: dict[tuple[str, str], list[Message]] = {}
    for message in outbox:
        if target.name in message.pending:
            alike.setdefault((target.key(message), message.event), []).append(message)
    found = []
    for some in alike.values():
        found += [some] if len(some) > MANY else [[message] for message in some]
    order = {id(message): place for place, message in enumerate(outbox)}
    return sorted(found, key=lambda some: order[id(some[0])])


def _without(outbox: Sequence[Message], sent: Sequence[Message], target: str) -> tuple[Message, ...]:
    done = {id(message) for message in sent}
    told = (
        replace(message, pending=tuple(name for name in message.pending if name != target))
        if id(message) in done
        else message
        for message in outbox
    )
    return tuple(message for message in told if message.pending)


def _rules(settings: Settings, known: Sequence[Target], say: Say) -> Rules:
    try:
        return rules(os.environ, known)
    except ConfigError as error:
        say(f"no reminders: {error.what}; next: {error.next_step}")
        log.event(settings.home, "alert.failed", error.what, logging.ERROR)
        return Rules(tuple(target.name for target in known))


def _facts(incident: Incident) -> dict[str, Any]:
    return {
        "fingerprint": incident.fingerprint,
        "kind": incident.kind,
        "subject": incident.subject,
        "channel": incident.channel or None,
    }


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).strip() or 'no message'}"


def _stamp() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
