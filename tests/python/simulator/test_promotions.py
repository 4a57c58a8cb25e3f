"""Campaigns follow the calendar, and customers follow campaigns."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from simulator.clock import CLOSE, start_of
from simulator.config import WorldConfig
from simulator.engine.day import simulate_day
from simulator.frames import Frame, concat
from simulator.masters.campaigns import PLANNED_BEFORE, campaigns, plan_versions, promo_texts
from simulator.masters.opening import open_world
from simulator.masters.world import make_world

CONFIG = WorldConfig(7, 400, 3, date(2025, 9, 15))
DAYS = 32


def test_payday_is_from_the_25th_to_the_5th() -> None:
    """It opens when the 24th closes in Nairobi, and the 5th is its last day."""
    found = {promo_texts(campaign.code)[0]: campaign for campaign in campaigns(CONFIG, 0, 120)}
    payday = found["PAYDAY-2511"]
    moments = [str(np.datetime64(start_of(CONFIG, day) + CLOSE, "us")) for day in (payday.first, payday.last)]
    assert moments == ["2025-11-24T21:00:00.000000", "2025-12-05T21:00:00.000000"]
    weekend = found["WEEKEND-2540"]
    assert (weekend.first, weekend.last) == ((date(2025, 10, 2) - CONFIG.start_date).days, weekend.first + 3)
    assert {code.split("-")[0] for code in found} == {
        "PAYDAY", "WEEKEND", "FRESH", "CLEAR", "APP", "SAVE", "PAIR", "LOCAL",
    }  # fmt: skip
    assert found["LOCAL-2510"].site != found["LOCAL-2511"].site


def test_versions_day_by_day_are_those_of_the_whole() -> None:
    whole = plan_versions(CONFIG, -PLANNED_BEFORE, 60)
    days = concat([plan_versions(CONFIG, day, day) for day in range(-PLANNED_BEFORE, 61)])
    assert {name: column.tolist() for name, column in days.items()} == {n: c.tolist() for n, c in whole.items()}
    first = {code: row for row, code in reversed(list(enumerate(whole["code"].tolist())))}
    revised = [
        row for row, code in enumerate(whole["code"].tolist()) if whole["budget"][row] != whole["budget"][first[code]]
    ]
    assert revised
    assert (whole["value"][revised] != [whole["value"][first[whole["code"][row]]] for row in revised]).any()
    assert 3 in whole["status"]


@pytest.fixture(scope="module")
def played() -> tuple[Frame, Frame]:
    """(lines sold with the day of their order, promotion items) of 32 days without shortage."""
    world = make_world(CONFIG)
    state, _ = open_world(world)
    state.stock["book"] += 1_000_000 * world.assorted
    lines, items = [], []
    for _ in range(DAYS):
        output = simulate_day(world, state)
        new = output.orders["before"] < 0
        fresh = np.isin(output.lines["order"], output.orders["no"][new])
        position = np.searchsorted(output.orders["no"], output.lines["order"][fresh])
        at = output.orders["placed"][position]
        lines.append({"sku": output.lines["sku"][fresh], "promo": output.lines["promo"][fresh], "at": at})
        items.append(output.promotion_items)
    return concat(lines), concat(items)


def test_promoted_products_sell_more(played: tuple[Frame, Frame]) -> None:
    """Payday takes 8 to 12 % off: 1.4 to 1.6 times the lines, against the days around and all other products."""
    lines, items = played
    payday = items["code"] // 10_000 == 1
    sku, since, until = np.unique(items["sku"][payday]), items["since"][payday][0], items["until"][payday][0]
    sold = np.isin(sku, lines["sku"][lines["promo"] // 10_000 == 1])
    noticed = sku[sold]
    within = (lines["at"] >= since) & (lines["at"] < until)
    chosen = np.isin(lines["sku"], noticed)
    odds = ((chosen & within).sum() / (~chosen & within).sum()) / ((chosen & ~within).sum() / (~chosen & ~within).sum())
    assert len(noticed) > 20
    assert 1.25 < odds < 1.75


def test_some_promoted_products_do_not_sell(played: tuple[Frame, Frame]) -> None:
    """Also products that sell every day at other times: nobody notices the offer."""
    lines, items = played
    lasting = items["until"] <= lines["at"].max()
    promoted = set(zip(items["code"][lasting].tolist(), items["sku"][lasting].tolist(), strict=True))
    sold = set(zip(lines["promo"].tolist(), lines["sku"].tolist(), strict=True))
    popular = set(np.flatnonzero(np.bincount(lines["sku"][lines["promo"] == 0]) > 3 * DAYS).tolist())
    unsold = {(code, sku) for code, sku in promoted - sold if sku in popular and code // 10_000 < 5}
    assert unsold
    assert len(promoted - sold) / len(promoted) < 0.3
