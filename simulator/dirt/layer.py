"""Where the simulator meets the dirt: one layer per world, called for each day in the order ERP, API, files."""

from __future__ import annotations

from pathlib import Path

import psycopg

from simulator.config import Paths, WorldConfig
from simulator.dirt.carry import Carry
from simulator.dirt.drift import ErpDrift
from simulator.dirt.erp_layer import ErpLayer, Fix, Tables
from simulator.dirt.file_layer import FileLayer
from simulator.dirt.scene import Scene
from simulator.dirt.shop_layer import ShopLayer
from simulator.dirt.spec import rates_of
from simulator.sinks.records import Records

Files = dict[str, bytes]


class Clean:
    """No dirt: everything passes as it is."""

    def begin(self, day: int) -> None:
        """Start a day."""

    def tables(self, tables: Tables) -> Tables:
        """COPY texts of the ERP."""
        return tables

    def before(self, connection: psycopg.Connection, day: int) -> None:
        """In the ERP, before the rows of a day are applied."""

    def after(self, connection: psycopg.Connection) -> None:
        """In the ERP, after the rows of a day, or of a whole history, are in."""

    def records(self, records: dict[str, Records]) -> dict[str, Records]:
        """Records of the API."""
        return records

    @property
    def api_drift(self) -> dict[str, str] | None:
        """How the API serves the last day's records."""
        return None

    def files(self, source: str, root: Path, files: Files) -> Files:
        """Files of a source by their path below its folder `root`."""
        return files

    def settle(self, source: str, root: Path) -> None:
        """In a source's folder, after the day's files are there: earlier files delivered again, locks."""

    def end(self) -> None:
        """The day is complete: keep what later days need."""

    def publish(self) -> None:
        """Write the truth file."""


class Layer(Clean):
    """Dirt of the kinds in `rates`; notes below paths.dirt, the truth in paths.truth."""

    def __init__(self, config: WorldConfig, paths: Paths, *, keep: bool = True) -> None:
        self.config, self.paths, self.keep = config, paths, keep
        self.rates = rates_of(config.dirt)
        self.carry = Carry(paths.dirt)
        self.fixes: list[Fix] = []
        self.scene = Scene(config, -1, {})

    def _scene(self, day: int) -> Scene:
        until = self.config.dirt_until
        scene = Scene(self.config, day, self.rates)
        return scene if until is None or scene.date <= until else Scene(self.config, day, {})

    def begin(self, day: int) -> None:
        """Start a day."""
        self.scene = self._scene(day)
        self.carry.begin()
        self.erp = ErpLayer(self.scene, self.carry)
        self.shop = ShopLayer(self.scene, self.carry, self.erp.sales)
        self.drop = FileLayer(self.scene, self.carry)

    def tables(self, tables: Tables) -> Tables:
        """COPY texts of the ERP."""
        result = self.erp.tables(tables)
        self.fixes += self.erp.fixes
        drift = ErpDrift.of(self.scene)
        if drift is not None:
            self.carry.note(self.scene, "erp", [drift.item()])
        return result

    def before(self, connection: psycopg.Connection, day: int) -> None:
        """Take back the schema of the day before."""
        drift = ErpDrift.of(self._scene(day - 1)) if day > 0 else None
        if drift is not None:
            drift.undo(connection)

    def after(self, connection: psycopg.Connection) -> None:
        """Correct, delete, and change the schema for the last day."""
        for fix in self.fixes:
            fix.apply(connection)
        self.fixes = []
        drift = ErpDrift.of(self.scene)
        if drift is not None:
            drift.apply(connection)

    def records(self, records: dict[str, Records]) -> dict[str, Records]:
        """Records of the API."""
        return self.shop.records(records)

    @property
    def api_drift(self) -> dict[str, str] | None:
        """How the API serves the last day's records."""
        return None if self.shop.drift is None else self.shop.drift.as_json()

    def files(self, source: str, root: Path, files: Files) -> Files:
        """Files of a source by their path below its folder `root`."""
        return self.drop.files(source, root, files)

    def settle(self, source: str, root: Path) -> None:
        """Deliver again what earlier days spoiled, and lock what is locked today."""
        self.drop.settle(source, root)

    def end(self) -> None:
        """Keep what later days need."""
        if self.keep:
            self.carry.save(self.scene.day)

    def publish(self) -> None:
        """Write the truth file."""
        self.carry.publish(self.paths.truth)


def layer_of(config: WorldConfig, paths: Paths, *, keep: bool = True) -> Clean:
    """The dirt of a world; `keep` is False for a day that is only looked at."""
    return Clean() if config.dirt == "none" else Layer(config, paths, keep=keep)
