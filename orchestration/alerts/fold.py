"""Turns what is seen into incidents and messages: one when it opens, none while it stays, one when it is fixed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from orchestration.alerts.model import (
    OPENED,
    REMINDER,
    RESOLVED,
    SEEN,
    Incident,
    Message,
    Rules,
    Sighting,
    State,
    View,
)

Change = tuple[str, Incident]
TIER_THAT_BLOCKS = 1


def fold(state: State, view: View, now: datetime, rules: Rules) -> tuple[State, list[Change]]:
    """The state after a view, and what changed in it. A sighting that is already counted changes nothing."""
    found = dict(state.open)
    changes: list[Change] = []
    outbox = list(state.outbox)
    for sighting in sorted(view.sightings, key=lambda one: one.mark):
        event, incident = _seen(found.get(sighting.fingerprint), sighting)
        found[incident.fingerprint] = incident
        if event:
            changes.append((event, incident))
    there = {sighting.fingerprint for sighting in view.sightings}
    stamp = now.isoformat(timespec="seconds")
    for key, incident in state.open.items():
        if key not in there and view.judges(incident):
            fixed = replace(found.pop(key), resolved_at=stamp)
            changes.append((RESOLVED, fixed))
            if fixed.told_at and rules.targets:  # who never heard of it need not hear that it is over
                outbox.append(Message(RESOLVED, fixed, rules.targets))
    for message in _due(found, state.muted, now, rules):
        found[message.incident.fingerprint] = message.incident
        outbox.append(message)
    return replace(state, open=found, outbox=tuple(outbox)), changes


def is_muted(muted: dict[str, str], fingerprint: str, now: datetime) -> bool:
    """Whether an incident is to be quiet on this day (UTC); the day that was named is the last quiet one."""
    return muted.get(fingerprint, "") >= now.date().isoformat()


def _seen(known: Incident | None, sighting: Sighting) -> tuple[str | None, Incident]:
    words = {
        name: getattr(sighting, name)
        for name in ("tier", "owner", "channel", "what", "next_step", "node", "run_id", "mark")
    }
    if known is None:
        return OPENED, Incident(
            fingerprint=sighting.fingerprint,
            kind=sighting.kind,
            subject=sighting.subject,
            series=sighting.series,
            first_seen_at=sighting.at,
            last_seen_at=sighting.at,
            repeat_count=1,
            **words,
        )
    if sighting.mark <= known.mark:
        return None, known
    return SEEN, replace(known, last_seen_at=sighting.at, repeat_count=known.repeat_count + 1, **words)


def _due(found: dict[str, Incident], muted: dict[str, str], now: datetime, rules: Rules) -> Iterator[Message]:
    for incident in sorted(found.values(), key=lambda one: (one.tier, one.mark)):
        if not rules.targets or is_muted(muted, incident.fingerprint, now):
            continue
        told = replace(incident, told_at=now.isoformat(timespec="seconds"))
        if incident.told_at is None:
            yield Message(OPENED, told, rules.targets)
        elif incident.tier == TIER_THAT_BLOCKS and _is_due(incident.told_at, now, rules.reminder_hours):
            yield Message(REMINDER, told, rules.targets)


def _is_due(told_at: str, now: datetime, hours: float | None) -> bool:
    return hours is not None and now - datetime.fromisoformat(told_at) >= timedelta(hours=hours)
