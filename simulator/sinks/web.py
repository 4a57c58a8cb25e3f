"""Events of the shop as JSON lines, one file per UTC day."""

from __future__ import annotations

from datetime import date

import numpy as np

from simulator.clock import SECOND, iso_milliseconds
from simulator.engine.web import SEARCH, TYPES
from simulator.frames import Array, Frame, mix
from simulator.masters.campaigns import promo_texts
from simulator.masters.text import Texts
from simulator.masters.words import CATEGORIES, CHANNELS
from simulator.masters.world import World

SOURCES = (
    ("google", "cpc"), ("facebook", "social"), ("instagram", "social"), ("newsletter", "email"), ("sms", "sms"),
    ("whatsapp", "referral"),
)  # fmt: skip
# What people look for and this shop does not sell; the first ones most often.
NOT_SOLD = (
    "oat milk", "dog food", "gluten free bread", "quinoa", "charcoal 5kg", "almond milk", "school uniform",
    "baby formula", "mosquito net", "avocado oil", "gas cylinder", "tofu", "vitamin c", "umbrella", "car wax",
)  # fmt: skip
SIZES = frozenset({"pieces", "rolls"})


def _wording(kind: str) -> str:
    """What people type to find this kind of product: its name without the size."""
    return " ".join(word for word in kind.lower().split() if word not in SIZES and not any(c.isdigit() for c in word))


def _queries(world: World, sku: Array, events: Frame) -> tuple[list[str], list[int]]:
    """(words, number of results) per search; sku -1 is something that is not sold."""
    kinds = [_wording(kind) for row in CATEGORIES for kind in row.items]
    first = np.cumsum([0] + [len(row.items) for row in CATEGORIES])
    draw = mix(world.config.seed, np.arange(world.skus), 11)
    own = first[world.line] + (draw >> 8) % np.array([len(row.items) for row in CATEGORIES])[world.line]
    found = np.bincount(own, minlength=len(kinds)).tolist()
    vain = (mix(5, events["id"]) % 1000 / 1000.0) ** 2 * len(NOT_SOLD)
    chosen = np.where(sku >= 0, own[np.maximum(sku, 0)], -1 - vain.astype(np.int64)).tolist()
    return (
        [kinds[n] if n >= 0 else NOT_SOLD[-1 - n] for n in chosen],
        [found[n] if n >= 0 else 0 for n in chosen],
    )


def _utm(source: int, campaign: int) -> str:
    if source < 0:
        return "null"
    name, medium = SOURCES[source]
    code = f'"{promo_texts(campaign)[0]}"' if campaign >= 0 else "null"
    return f'{{"source":"{name}","medium":"{medium}","campaign":{code}}}'


def _things(events: Frame, world: World, texts: Texts) -> list[str]:
    """The part of each event that says what it is about."""
    searching = np.flatnonzero(events["type"] == SEARCH)
    sku = events["sku"].tolist()
    things = [f'"sku":"{texts.sku[n]}","query":null,"results":null' if n >= 0 else "" for n in sku]
    found = _queries(world, events["sku"][searching], {"id": events["id"][searching]})
    for row, query, results in zip(searching.tolist(), *found, strict=True):
        things[row] = f'"sku":null,"query":"{query}","results":{results}'
    nothing = '"sku":null,"query":null,"results":null'
    return [thing or nothing for thing in things]


def web_file(visits: Frame, events: Frame, when: date, world: World, texts: Texts) -> dict[str, bytes]:
    """{file name: content}."""
    head = [
        f'"session_id":"s{n:016x}","anon_id":"a{device:016x}","customer_id":'
        for n, device in zip(visits["id"].tolist(), visits["device"].tolist(), strict=True)
    ]
    customer = [f'"CUS{n + 1:07d}"' if n >= 0 else "null" for n in visits["customer"].tolist()]
    tail = [
        f'"channel":"{CHANNELS[channel]}","utm":{_utm(source, campaign)}'
        for channel, source, campaign in zip(
            visits["channel"].tolist(), visits["source"].tolist(), visits["campaign"].tolist(), strict=True
        )
    ]
    visit = events["visit"]
    client = events["at"] + visits["skew"][visit].astype(np.int64) - SECOND // 10
    lines = [
        f'{{"event_id":"e{n:016x}",{head[v]}{customer[v] if signed else "null"},"type":"{TYPES[kind]}",{thing},'
        f'"dwell_ms":{dwell},"ts_client":"{sent}","ts_server":"{got}",{tail[v]}}}\n'
        for n, v, signed, kind, thing, dwell, sent, got in zip(
            events["id"].tolist(), visit.tolist(), events["signed"].tolist(), events["type"].tolist(),
            _things(events, world, texts), events["dwell"].tolist(), iso_milliseconds(client),
            iso_milliseconds(events["at"]), strict=True,
        )
    ]  # fmt: skip
    return {f"events_{when:%Y%m%d}.jsonl": "".join(lines).encode()} if lines else {}
