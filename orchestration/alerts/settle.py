"""At the end of a run: look at what is wrong, keep it, tell who has to know. It never fails the run."""

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from orchestration import log
from orchestration.alerts import evidence, restored, state
from orchestration.alerts.fold import fold
from orchestration.alerts.model import SEEN, Ending, Incident, Message, Rules, State
from orchestration.alerts.targets import ATTEMPTS, NotDeliveredError, Target, rules, targets
from orchestration.config import Settings
from orchestration.errors import ConfigError, GhalaError
from orchestration.redact import redact

MANY = 5  # messages for one place at one time; of more, one message lists them
Say = Callable[[str], None]
Closed = dict[tuple[str, str], GhalaError]  # by ("place" or "receiver", its name) what is wrong with it


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
    restored.withdraw(settings)
    views, last_run = evidence.views(settings, before, now, ending)
    after, changes = _without_unknown(settings, before, known, say), []
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
    """Send what is owed; what fails waits for the next time, and holds up nothing that goes elsewhere."""
    for target in known:
        owed = _deliver_to(settings, owed, target, say)
    return owed


def _deliver_to(settings: Settings, owed: State, target: Target, say: Say) -> State:
    closed: Closed = {}
    left: dict[str, list[Message]] = {}
    receivers = {target.receiver(message) for message in owed.outbox if target.name in message.pending}
    for some in batches(owed.outbox, target):
        error = _attempt(target, some, closed)
        if error is not None:
            left.setdefault(error.what, []).extend(some)
            continue
        owed = replace(owed, outbox=_without(owed.outbox, some, target.name))
        state.save(settings.home, owed)
        for message in some:
            log.event(settings.home, "alert.sent", message.event, target=target.name, **_facts(message.incident))
    for what, messages in left.items():
        is_down = any(kind == "receiver" and error.what == what for (kind, _), error in closed.items())
        where = "" if is_down and len(receivers) == 1 else _places(target, messages)
        say(f"{_many(messages)} not delivered by {target.name}{where}: {what}; tried again next time")
        facts = {"target": target.name, "count": len(messages)}
        log.event(settings.home, "alert.undelivered", what, logging.ERROR, **facts)
    return owed


def _attempt(target: Target, some: Sequence[Message], closed: Closed) -> GhalaError | None:
    """Send, unless the place or its receiver is closed; what kept it from being delivered. A failure may close either.

    After a receiver that does not answer others are tried once, so that several such ones cost seconds, not minutes.
    """
    names = {"receiver": target.receiver(some[0]), "place": target.key(some[0])}
    known = next((closed[one] for one in names.items() if one in closed), None)
    if known is not None:
        return known
    try:
        target.send(some, 1 if any(kind == "receiver" for kind, _ in closed) else ATTEMPTS)
    except GhalaError as error:
        stops = error.stops if isinstance(error, NotDeliveredError) else "place"
        if stops != "message":
            closed[stops, names[stops]] = error
        return error
    return None


def _without_unknown(settings: Settings, before: State, known: Sequence[Target], say: Say) -> State:
    """Without what is owed to targets that are configured no more: months later it would be no news."""
    names = {target.name for target in known}
    after = before
    for gone in sorted({name for message in before.outbox for name in message.pending} - names):
        messages = [message for message in before.outbox if gone in message.pending]
        text = f"{_many(messages)} dropped: {gone} is no longer configured; what is still open: ghala alerts list"
        say(text)
        log.event(settings.home, "alert.dropped", text, logging.WARNING, target=gone, count=len(messages))
        after = replace(after, outbox=_without(after.outbox, after.outbox, gone))
    return after


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


def _places(target: Target, messages: Sequence[Message]) -> str:
    places = {target.key(message) for message in messages}
    named = ", ".join(sorted(places - {""}))
    return named and f" to {named}{' or without a channel' if '' in places else ''}"


def _many(messages: Sequence[Message]) -> str:
    return f"{len(messages)} alert{'s' if len(messages) > 1 else ''}"


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
