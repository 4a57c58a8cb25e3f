"""Incidents as plain data."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

OPENED, SEEN, RESOLVED, REMINDER = "opened", "seen", "resolved", "reminder"


@dataclass(frozen=True)
class Sighting:
    """Something wrong that was seen once. Times are UTC in ISO format.

    `mark` tells one sighting from the next of the same kind and grows: the same mark is the same sighting, told again.
    `node` is the dbt node that found it, `run_id` the Dagster run, both empty where there is none.
    """

    kind: str  # run, model, test, anomaly, delivery, outage or freshness
    subject: str  # the table, test or model
    series: str  # what tells incidents of one subject apart: the gate, or the metric and its series
    tier: int
    owner: str
    channel: str
    what: str
    next_step: str
    at: str
    mark: str
    node: str = ""
    run_id: str = ""

    @property
    def fingerprint(self) -> str:
        """The same for every sighting of one incident."""
        return hashlib.sha256("\n".join((self.kind, self.subject, self.series)).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Incident:
    """All sightings of one fingerprint from the first until it is fixed; the words are those of the last one."""

    fingerprint: str
    kind: str
    subject: str
    series: str
    tier: int
    owner: str
    channel: str
    what: str
    next_step: str
    node: str
    run_id: str
    mark: str
    first_seen_at: str
    last_seen_at: str
    repeat_count: int
    told_at: str | None = None  # when the last message about it was written; None: nobody knows of it yet
    resolved_at: str | None = None


@dataclass(frozen=True)
class Message:
    """A message that is owed to the `pending` targets, with the incident as it was when it was written."""

    event: str
    incident: Incident
    pending: tuple[str, ...]


@dataclass(frozen=True)
class State:
    """What is open by fingerprint, what is owed in the order in which it came up, who is muted until which day (ISO),
    and the last run of the history that was looked at."""

    open: dict[str, Incident] = field(default_factory=dict)
    outbox: tuple[Message, ...] = ()
    muted: dict[str, str] = field(default_factory=dict)
    last_run: str = ""


@dataclass(frozen=True)
class View:
    """What one look at the records shows: what is wrong, and of which incidents it can say that they are fixed."""

    sightings: tuple[Sighting, ...]
    judges: Callable[[Incident], bool]


@dataclass(frozen=True)
class Rules:
    """Who is told (the names of targets; none: nobody yet), and after how many hours tier 1 is told again."""

    targets: tuple[str, ...] = ()
    reminder_hours: float | None = None


@dataclass(frozen=True)
class Ending:
    """How a run ended: `error` is what stopped it, None when it went well. Times as in Sighting."""

    run_id: str
    started_at: str
    ended_at: str
    error: str | None = None
    next_step: str = ""
