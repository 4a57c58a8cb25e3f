"""Promotions as planned: what is offered when, where and for how much follows from the calendar and the seed alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from simulator.clock import CLOSE, DAY, HOUR, MINUTE, date_of, start_of
from simulator.config import WorldConfig
from simulator.frames import Frame, mix

PCT, AMOUNT, BOGO = 1, 2, 3
MECHANICS = ("", "pct", "amount", "bogo")
PLANNED, RUNNING, ENDED, CANCELLED = range(4)
PROMOTION_STATUS = ("planned", "running", "ended", "cancelled")
FUNDING = ("supplier", "own")
WEB, APP, TILL = 0, 1, 2
# A campaign is planned, may be revised, and may be called off, so many days before it begins.
PLANNED_BEFORE, REVISED_BEFORE, CANCELLED_BEFORE = 10, 4, 2
LONGEST = 20


class Kind(NamedTuple):
    """A series of campaigns. values: basis points or cents off per unit; share: of the products that may take part."""

    prefix: str
    label: str
    mechanic: int
    values: tuple[int, ...]
    channels: tuple[int, ...]  # none: one warehouse, all channels
    share: float
    category: str
    abc: int  # -1: any class


KINDS = (
    Kind("PAYDAY", "Payday offers", PCT, (800, 1000, 1200), (WEB, APP, TILL), 0.08, "", -1),
    Kind("WEEKEND", "Weekend prices", PCT, (500, 500, 700), (WEB, APP, TILL), 0.03, "", -1),
    Kind("FRESH", "Fresh days", PCT, (700, 1000), (WEB, APP, TILL), 0.2, "Fresh", -1),
    Kind("CLEAR", "Clearance", PCT, (2000,), (WEB, APP, TILL), 0.06, "", 2),
    Kind("APP", "Only in the app", PCT, (300, 400, 500), (APP,), 0.06, "", -1),
    Kind("SAVE", "Save per piece", AMOUNT, (1000, 2000), (WEB, APP), 0.03, "", -1),
    Kind("PAIR", "Two for one", BOGO, (0,), (WEB, APP, TILL), 0.015, "", -1),
    Kind("LOCAL", "Your neighbourhood", PCT, (1000, 1500), (), 0.05, "", -1),
)
PAYDAY, WEEKEND, FRESH, CLEAR, ONLY_APP, SAVE, PAIR, LOCAL = range(len(KINDS))


def promo_texts(code: int) -> tuple[str, str]:
    """(code, name) of a campaign number, such as PAYDAY-2511."""
    kind, period = divmod(code, 10_000)
    return f"{KINDS[kind - 1].prefix}-{period:04d}", f"{KINDS[kind - 1].label} {period:04d}"


@dataclass(frozen=True)
class Campaign:
    """One campaign; it holds from the close of business of day `first` to that of day `last`."""

    code: int  # (kind + 1) * 10,000 + year and month, or year and week
    kind: int
    first: int
    last: int
    site: int  # -1: everywhere
    draw: int  # a fixed random number of this campaign

    @property
    def revised(self) -> bool:
        """The plan changes before it begins."""
        return self.draw % 100 < 35

    @property
    def cancelled(self) -> bool:
        """It is called off before it begins."""
        return self.kind not in (PAYDAY, LOCAL) and (self.draw >> 8) % 100 < 6

    def value(self, revised: bool) -> int:
        """Basis points or cents off, before or after the plan was revised."""
        values = KINDS[self.kind].values
        shift = 1 if revised and (self.draw >> 16) % 2 else 0
        return values[((self.draw >> 20) + shift) % len(values)]


def _ends(when: date) -> Iterator[tuple[int, date, bool]]:
    """(kind, last day, number is a week) of the campaigns that begin on business date `when`."""
    week, weekday, month_day = when.isocalendar().week, when.isoweekday(), when.day
    if month_day == 25:
        yield PAYDAY, (when.replace(day=1) + timedelta(days=32)).replace(day=5), False
    if weekday == 5:
        yield WEEKEND, when + timedelta(days=2), True
    if weekday == 2:
        yield FRESH, when + timedelta(days=2), True
    if month_day == 8:
        yield CLEAR, when + timedelta(days=14), False
    if weekday == 3 and week % 2 == 0:
        yield ONLY_APP, when + timedelta(days=6), True
    if weekday == 1 and week % 2 == 1:
        yield SAVE, when + timedelta(days=6), True
    if month_day == 10:
        yield PAIR, when + timedelta(days=6), False
    if month_day == 2:
        yield LOCAL, when + timedelta(days=6), False


def campaigns(config: WorldConfig, from_day: int, to_day: int) -> list[Campaign]:
    """Campaigns whose `first` lies in [from_day, to_day]; none began before the first simulated day."""
    found = []
    for first in range(max(0, from_day), to_day + 1):
        begin = date_of(config, first + 1)
        for kind, end, weekly in _ends(begin):
            year, week, _ = begin.isocalendar()
            period = year % 100 * 100 + week if weekly else begin.year % 100 * 100 + begin.month
            code = (kind + 1) * 10_000 + period
            site = (begin.year * 12 + begin.month) % config.warehouses if kind == LOCAL else -1
            last = first + 1 + (end - begin).days
            found.append(Campaign(code, kind, first, last, site, int(mix(config.seed, code, 41))))
    return found


def _hour(campaign: Campaign) -> int:
    """When on a day plans of this campaign are written."""
    return 7 * HOUR + (campaign.draw >> 28) % 180 * MINUTE


def _version(config: WorldConfig, campaign: Campaign, status: int, revised: bool, updated: int) -> list[int]:
    """One version of a campaign."""
    draw, begin = campaign.draw, start_of(config, 0) // DAY
    budget = (50 + (draw >> 24) % 450) * 100_000
    budget = budget * (80 + (draw >> 36) % 70) // 100 if revised else budget
    return [
        campaign.code, KINDS[campaign.kind].mechanic, campaign.value(revised), budget, (draw >> 40) % 3 % 2,
        begin + campaign.first + 1, begin + campaign.last, status,
        start_of(config, campaign.first - PLANNED_BEFORE) + _hour(campaign), updated,
    ]  # fmt: skip


COLUMNS = ("code", "mechanic", "value", "budget", "funding", "begin", "end", "status", "created", "updated")


def plan_versions(config: WorldConfig, from_day: int, to_day: int) -> Frame:
    """Versions of campaigns that were written on the days [from_day, to_day]."""
    rows = []
    for campaign in campaigns(config, from_day - LONGEST, to_day + PLANNED_BEFORE):
        first, revised, gone = campaign.first, campaign.revised, campaign.cancelled
        plan = (
            (first - PLANNED_BEFORE, _hour(campaign), PLANNED, False, True),
            (first - REVISED_BEFORE, _hour(campaign), PLANNED, True, revised),
            (first - CANCELLED_BEFORE, _hour(campaign), CANCELLED, revised, gone),
            (first, CLOSE, RUNNING, revised, not gone),
            (campaign.last, CLOSE, ENDED, revised, not gone),
        )
        rows += [
            _version(config, campaign, status, changed, start_of(config, day) + at)
            for day, at, status, changed, happens in plan
            if happens and from_day <= day <= to_day
        ]
    table = np.array(rows, np.int64).reshape(len(rows), len(COLUMNS))
    table = table[np.lexsort((table[:, 0], table[:, -1]))]
    return {name: table[:, n] for n, name in enumerate(COLUMNS)}
