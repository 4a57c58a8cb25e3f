"""A year of nights: each day the retailer goes on, Ghala runs once, and now and then something fails.

Drawn from the seed: calls to the database and the API that fail, files that are late, locked, cut or sent twice, rows
that come late or twice, one outage of three days, and two changes of a schema, at which Ghala must halt and a person
sets the source right. Nobody else helps: what one night could not do, the next has to. A year that was stopped goes on
where it was when it is given the same folder.
"""

import json
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from chaos import relay, sound, truth
from chaos.met import message
from chaos.warm import Warm, warm
from chaos.world import FIRST, World
from orchestration.contracts import contracts_of
from orchestration.ingest import manifest
from orchestration.ingest.model import Contract

SHARES = (0.01, 0.05)  # of the calls of a day that fail
OUTAGE = 3  # days
START_DAYS = 2  # of history before the first night
SETTLED = 5  # the last days are without late files, so that everything has come when the truth is read
DIRT = "late,redelivered_window,duplicate:0.003,missing_file:0.01,locked_file:0.01,partial_file:0.01"
WAITS = "0.05,0.1,0.2"  # seconds between attempts instead of minutes
RENAMED = ("status", "order_state")


@dataclass(frozen=True)
class Plan:
    """What happens on which night (numbers from 0): the share of failing calls, the outage, the drifts."""

    shares: tuple[float, ...]
    outage: range
    down: str  # the connection that is down: erp or commerce
    drifts: tuple[int, ...]


@dataclass(frozen=True)
class Night:
    """One run: `seconds` of wall time; `event`: outage, drift, repaired or nothing; `behind` partitions are missing."""

    day: str
    code: int
    seconds: float
    event: str
    behind: int
    said: str
    calls: dict[str, int]  # by source
    failed_calls: dict[str, int]


def plan(seed: int, days: int) -> Plan:
    """Draw the events; drifts never fall into the outage, nor on the first night or the last ones."""
    draw = random.Random(seed)
    shares = tuple(draw.uniform(*SHARES) for _ in range(days))
    if days < OUTAGE + 4:  # a small try has a shorter outage
        return Plan(shares, range(1, 2), "commerce", (days - 1,))
    start = draw.randrange(1, days - OUTAGE - 2)
    outage = range(start, start + OUTAGE)
    free = [night for night in range(1, days - 1) if night not in outage]
    return Plan(shares, outage, draw.choice(("erp", "commerce")), tuple(sorted(draw.sample(free, min(2, len(free))))))


def year(
    folder: Path,
    seed: int,
    days: int,
    tell: Callable[[Night], None],
    sizes: tuple[str, ...] = ("--scale", "0.01"),
    *,
    command: str = "run",
) -> dict[str, Any]:
    """All nights and the report. `sizes` are words for the simulator; `command` may be ingest, for landing alone."""
    world, events = World(folder), plan(seed, days)
    end = FIRST + timedelta(days=START_DAYS + days - SETTLED)
    dirt = ("--dirt", DIRT, "--dirt-until", str(max(end, FIRST)))
    world.start(seed, *sizes, "--days", str(START_DAYS), "--rate-limit", "0", *dirt)
    kept = folder / f"nights-{seed}-{days}.jsonl"
    nights = [Night(**json.loads(line)) for line in kept.read_text().splitlines()] if kept.exists() else []
    try:
        with _relayed(world) as (weathers, environment), kept.open("a") as file:
            world.home.mkdir(parents=True, exist_ok=True)
            with warm(environment, builds=command != "ingest") as process:
                contracts = contracts_of(Path(__file__).resolve().parent.parent / "contracts")
                house = House(world, process, contracts, command, weathers)
                if not nights:
                    house.first()
                for number in range(_begun(nights), days):
                    for night in _night(house, seed, events, number, nights):
                        nights.append(night)
                        print(json.dumps(asdict(night), default=str), file=file, flush=True)
                        tell(night)
        compared = truth.compare(contracts, world.home, world.environment, world.today())
        wrong = sound.wrong(world.home)
    finally:
        world.simulator("stop")
    return {"seed": seed, **report(nights, compared, wrong, events)}


@contextmanager
def _relayed(world: World) -> Iterator[tuple[dict[str, relay.Weather], dict[str, str]]]:
    """Relays before the database and the API, and the environment of a Ghala that reads through them."""
    given = world.environment
    dsn, url = urlsplit(given["GHALA_ERP_DSN"]), given["GHALA_COMMERCE_URL"]
    weathers = {name: relay.Weather(random.Random()) for name in ("erp", "commerce")}
    with ExitStack() as stack:
        assert dsn.hostname and dsn.port
        erp = stack.enter_context(relay.tcp(dsn.hostname, dsn.port, weathers["erp"]))
        api = stack.enter_context(relay.http(url, weathers["commerce"]))
        place = f"{dsn.username}:{dsn.password}@127.0.0.1:{erp}"
        yield (
            weathers,
            {
                **given,
                "GHALA_ERP_DSN": urlunsplit(dsn._replace(netloc=place)),
                "GHALA_COMMERCE_URL": f"http://127.0.0.1:{api}",
                "GHALA_RETRY_WAITS": WAITS,
            },
        )


@dataclass(frozen=True)
class House:
    """A warehouse that reads the retailer through relays."""

    world: World
    process: Warm
    contracts: tuple[Contract, ...]
    command: str
    weathers: dict[str, relay.Weather]

    def first(self) -> None:
        """Set the house up, in calm weather. Raises RuntimeError."""
        if (night := self.run("")).code:
            raise RuntimeError(f"the first run failed: {night.said}")

    def run(self, event: str) -> Night:
        """One run through today."""
        day, out = self.world.today(), self.world.folder / "out.txt"
        for weather in self.weathers.values():
            weather.calls = weather.failed = 0
        began = time.monotonic()
        ended = self.process.run((self.command, "--to", str(day)), out)
        seconds = round(time.monotonic() - began, 2)
        said = message(out.read_text()) if ended.code else ""
        calls = {name: weather.calls for name, weather in self.weathers.items()}
        failed = {name: weather.failed for name, weather in self.weathers.items()}
        return Night(str(day), ended.code, seconds, event, self._behind(day), said, calls, failed)

    def _behind(self, day: date) -> int:
        landed = {record.partition for record in manifest.read(self.world.home)}
        span = [FIRST + timedelta(days=n) for n in range((day - FIRST).days + 1)]
        return sum((c.source, c.table, each) not in landed for c in self.contracts for each in span)


def _begun(nights: list[Night]) -> int:
    """The night to go on with: the one after the last, or the last one when its drift still waits for the repair."""
    done = len({night.day for night in nights})
    return done - 1 if nights and nights[-1].event == "drift" else done


def _night(house: House, seed: int, events: Plan, number: int, before: list[Night]) -> Iterator[Night]:
    """One day and its run; on a day of a drift also the run after a person has set the source right."""
    day = FIRST + timedelta(days=START_DAYS + number)
    if house.world.today() < day:
        house.world.simulator("next-day")
    for name, weather in house.weathers.items():
        weather.draw = random.Random(f"{seed}/{name}/{number}")
        weather.share = events.shares[number]
        weather.is_down = number in events.outage and name == events.down
    if number not in events.drifts:
        yield house.run("outage" if number in events.outage else "")
        return
    if not before or before[-1].day != str(day):
        house.weathers["commerce"].renamed = RENAMED
        yield house.run("drift")
    house.weathers["commerce"].renamed = None
    yield house.run("repaired")


def report(nights: list[Night], compared: list[dict[str, Any]], wrong: list[str], events: Plan) -> dict[str, Any]:
    """The figures of a year. A drift must halt and is counted apart."""
    usual = [night for night in nights if night.event not in ("drift", "repaired")]
    good = [night for night in usual if night.code == 0]
    drifts = [night for night in nights if night.event == "drift"]
    seconds = sorted(night.seconds for night in nights)
    tenth = max(len(nights) // 10, 1)
    values = {
        "nights": len(usual),
        "without_a_person": len(good),
        "success_percent": round(100 * len(good) / len(usual), 2) if usual else None,
        "failed": [asdict(night) for night in usual if night.code],
        "drifts": len(drifts),
        "drifts_that_halted": sum(night.code == 1 and RENAMED[0] in night.said for night in drifts),
        "runs_after_repair_that_passed": sum(night.code == 0 for night in nights if night.event == "repaired"),
        "calls": dict(sum((Counter(night.calls) for night in nights), Counter())),
        "failed_calls": dict(sum((Counter(night.failed_calls) for night in nights), Counter())),
        "outage": f"{events.down}, {len(events.outage)} nights",
        "runs_until_fresh_after_outage": _until_fresh(nights),
        "seconds_per_run": {
            "median": round(statistics.median(seconds), 1),
            "p95": seconds[int(0.95 * (len(seconds) - 1))],
            "first_tenth": round(statistics.mean(night.seconds for night in nights[:tenth]), 1),
            "last_tenth": round(statistics.mean(night.seconds for night in nights[-tenth:]), 1),
        },
        "keys_compared": sum(one["keys"] for one in compared),
        "lost": sum(one["lost"] for one in compared),
        "invented": sum(one["invented"] for one in compared),
        "doubled": sum(one["doubled"] for one in compared),
        "tables": [one for one in compared if one["lost"] or one["invented"] or one["doubled"]],
        "wrong": wrong,
    }
    values["passed"] = bool(
        len(good) == len(usual) and not values["lost"] and not values["doubled"] and not wrong
        and values["drifts_that_halted"] == len(drifts)
    )  # fmt: skip
    return values


def _until_fresh(nights: list[Night]) -> int | None:
    """Runs from the first one after the outage until nothing is missing; None when that never came."""
    last = max((number for number, night in enumerate(nights) if night.event == "outage"), default=None)
    if last is None:
        return None
    after = nights[last + 1 :]
    return next((number for number, night in enumerate(after, 1) if night.behind == 0), None)


def table(values: dict[str, Any]) -> str:
    """The report for people."""
    rows = [(name, value) for name, value in values.items() if name not in ("failed", "tables", "wrong")]
    lines = [f"{name.replace('_', ' '):<34}{value}" for name, value in rows]
    lines += [f"FAILED {night['day']} {night['event']}: {night['said'].splitlines()[0]}" for night in values["failed"]]
    lines += [f"DIFFERS {one}" for one in values["tables"]] + [f"WRONG {words}" for words in values["wrong"]]
    return "\n".join(lines)
