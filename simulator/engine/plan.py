"""When an order will be paid, shipped and delivered; what is planned becomes visible only on its day."""

import numpy as np

from simulator.clock import CLOSE, DAY, HOUR, MINUTE, SECOND
from simulator.frames import NEVER, Array, Frame
from simulator.masters.world import DC, World

TILL = 2
OPENS, COUNT_STARTS, COUNT_ENDS = 5 * HOUR, CLOSE - 15 * MINUTE, CLOSE + 5 * MINUTE


def open_hours(times: Array, jitter: Array) -> Array:
    """Move times (microseconds) out of the hours in which nothing leaves: 0:00-5:00 UTC and while counts are taken."""
    hour = times % DAY
    opened = np.where(hour < OPENS, times - hour + OPENS + jitter, times)
    counting = (hour >= COUNT_STARTS) & (hour < COUNT_ENDS)
    return np.where(counting, times - hour + COUNT_ENDS + jitter, opened)


def _skip_sunday(times: Array) -> Array:
    # 1970-01-01 was a Thursday, so day number 3 was a Sunday.
    return times + np.where((times // DAY) % 7 == 3, DAY, 0)


def _next_second(times: Array) -> Array:
    return -(-times // SECOND) * SECOND


def plan_milestones(world: World, head: Frame, rng: np.random.Generator) -> Frame:
    """paid, allocated, picked, ship, deliver, cancel per order: microseconds or NEVER, none before the one before it.

    A payment is dated to the second, as the providers do it.
    """
    placed, count = head["placed"], len(head["placed"])
    till, centre = head["channel"] == TILL, world.site_type[head["site"]] == DC
    jitter = rng.integers(0, 15 * MINUTE, count)
    slow = rng.random(count) < 0.05
    wait = np.where(slow, rng.exponential(4 * HOUR, count), rng.exponential(3 * MINUTE, count)).astype(np.int64)
    paid = _next_second(placed + np.where(till, jitter // 60, np.minimum(wait + 10 * SECOND, 20 * HOUR)))
    local = paid + rng.integers(20, 100, count) * MINUTE + np.where(rng.random(count) < 0.03, 20 * HOUR, 0) + jitter
    days = 1 + np.where(rng.random(count) < 0.05, rng.integers(1, 3, count), 0)
    parcel = _skip_sunday(paid // DAY * DAY + days * DAY + 6 * HOUR + rng.integers(0, 6 * HOUR, count))
    ship = open_hours(np.where(centre, parcel, local), jitter // 2)
    deliver = ship + np.where(centre, rng.integers(18 * HOUR, 72 * HOUR, count), rng.integers(25, 120, count) * MINUTE)
    ship = np.where(till, paid + 2 * SECOND + jitter // 90, ship)
    deliver = np.where(till, ship + jitter // 300, deliver)
    draw = rng.random(count)
    unpaid, regret = ~till & (draw < 0.015), ~till & (draw >= 0.015) & (draw < 0.035)
    cancel = np.where(regret, paid + 3 * MINUTE + jitter, NEVER)
    cancel = np.where(unpaid, placed + DAY + jitter, cancel)
    gone = unpaid | regret
    share = rng.uniform(0.05, 0.3, (2, count))
    allocated = paid + ((ship - paid) * share[0]).astype(np.int64)
    picked = ship - ((ship - paid) * share[1]).astype(np.int64)
    return {
        "paid": np.where(unpaid, NEVER, paid),
        "allocated": np.where(gone, NEVER, allocated),
        "picked": np.where(gone, NEVER, picked),
        "ship": np.where(gone, NEVER, ship),
        "deliver": np.where(gone, NEVER, deliver),
        "cancel": cancel,
    }
