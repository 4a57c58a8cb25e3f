"""What world is asked for: sizes, seed, first day."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from simulator.errors import SimulatorError

FULL_SKUS, FULL_WAREHOUSES, FULL_DAYS = 10_247, 12, 730


@dataclass(frozen=True)
class WorldConfig:
    """Identity of a world: the same values give the same bytes on every machine. `days` is not part of it."""

    seed: int
    skus: int
    warehouses: int
    start_date: date
    dirt: str = "none"  # kinds and rates, see simulator.dirt
    dirt_until: date | None = None  # the last day with dirt, None: no end

    def as_json(self) -> dict[str, Any]:
        """The identity as JSON-able values."""
        until = None if self.dirt_until is None else self.dirt_until.isoformat()
        return {**asdict(self), "start_date": self.start_date.isoformat(), "dirt_until": until}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> WorldConfig:
        """The reverse of `as_json`."""
        until = values.get("dirt_until")
        return cls(
            values["seed"], values["skus"], values["warehouses"], date.fromisoformat(values["start_date"]),
            values.get("dirt", "none"), None if until is None else date.fromisoformat(until),
        )  # fmt: skip

    @property
    def orders_per_day(self) -> float:
        """Mean number of orders wanted per day: about 1,250 for 1,000 SKUs x 12, 5,500 for the full size."""
        return float(1250.0 * (self.skus / 1000.0) ** 0.635 * (self.warehouses / 12.0) ** 0.5)

    @property
    def opening_customers(self) -> int:
        """Customers known before the first day."""
        return max(50, round(self.orders_per_day * 12))


def scaled(scale: float) -> tuple[int, int, int]:
    """(skus, warehouses, days) of a scale in (0, 1]: 0.01 is 100 x 3 x 90, 1 is 10,247 x 12 x 730."""
    if scale >= 1:
        return FULL_SKUS, FULL_WAREHOUSES, FULL_DAYS
    skus = max(10, round(10_000 * scale))
    return skus, max(1, round(FULL_WAREHOUSES * scale**0.3)), max(2, round(FULL_DAYS * scale**0.4548))


def check_sizes(skus: int, warehouses: int, days: int) -> None:
    """Refuse sizes that cannot be simulated. Raises SimulatorError (exit code 2)."""
    limits = (("--skus", skus, 10, 99_999), ("--warehouses", warehouses, 1, 99), ("--days", days, 1, 3660))
    for option, value, low, high in limits:
        if not low <= value <= high:
            raise SimulatorError(
                f"{option} {value} is out of range", "command line", f"give a value from {low} to {high}", 2
            )


def default_start(days: int) -> date:
    """The first day such that the last one is yesterday (both in the time zone of this machine)."""
    return date.today() - timedelta(days=days)


@dataclass(frozen=True)
class Paths:
    """Where the simulator keeps its things below `home`."""

    home: Path

    @property
    def sources(self) -> Path:
        """Everything of the simulator."""
        return self.home / "sources"

    @property
    def world(self) -> Path:
        """The record of the world: identity, last complete day, day under way."""
        return self.sources / "world.json"

    @property
    def servers(self) -> Path:
        """Ports, passwords and the token (0600)."""
        return self.sources / "servers.json"

    @property
    def pgdata(self) -> Path:
        """PostgreSQL's data folder."""
        return self.sources / "postgres"

    @property
    def api(self) -> Path:
        """Files that the HTTP server serves."""
        return self.sources / "api"

    @property
    def wms(self) -> Path:
        """Drops of the warehouse system: workbooks and CSV."""
        return self.sources / "wms"

    @property
    def dirt(self) -> Path:
        """What the dirt of a day leaves for later days."""
        return self.sources / "dirt"

    @property
    def truth(self) -> Path:
        """Every injected item, one per line."""
        return self.sources / "truth.jsonl"

    @property
    def mpesa(self) -> Path:
        """Logs of the payment gateway and statements of the provider."""
        return self.sources / "mpesa"

    @property
    def web(self) -> Path:
        """Events of the shop."""
        return self.sources / "web"

    @property
    def supplier_feed(self) -> Path:
        """Price quotes of suppliers."""
        return self.sources / "supplier_feed"

    @property
    def forecasts(self) -> Path:
        """Forecasts of demand."""
        return self.sources / "forecasts"

    @property
    def drops(self) -> tuple[Path, ...]:
        """All folders that get files day by day."""
        return self.wms, self.mpesa, self.web, self.supplier_feed, self.forecasts

    @property
    def state(self) -> Path:
        """Checkpoints of the simulation."""
        return self.sources / "state"


def read_json(path: Path) -> dict[str, Any] | None:
    """A small JSON file, or None if it does not exist. Raises SimulatorError if it is broken."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise SimulatorError(
            f"Broken file: {error}", str(path), "delete the folder sources/ and start again"
        ) from error
    if not isinstance(values, dict):
        raise SimulatorError("Broken file: not an object", str(path), "delete the folder sources/ and start again")
    return values


def world_record(paths: Paths) -> dict[str, Any]:
    """The record of a complete world. Raises SimulatorError if there is none."""
    record = read_json(paths.world)
    if record is None or record["last_day"] is None:
        raise SimulatorError(
            "There is no simulated world here", str(paths.home), "run `python -m simulator start` first"
        )
    return record


def last_date(paths: Paths) -> date:
    """The last complete simulated day."""
    record = world_record(paths)
    return WorldConfig.from_json(record["identity"]).start_date + timedelta(days=record["last_day"])
