"""Where the simulator meets the dirt: one layer per world, called for each day in the order ERP, API, files."""

from __future__ import annotations

from datetime import date
from pathlib import PurePosixPath

import psycopg

from simulator.config import Paths, WorldConfig
from simulator.dirt import anomalies
from simulator.dirt.carry import Carry
from simulator.dirt.drift import ErpDrift
from simulator.dirt.erp_layer import ErpLayer, Fix, Tables
from simulator.dirt.file_layer import FileLayer
from simulator.dirt.scene import Scene
from simulator.dirt.shop_layer import ShopLayer
from simulator.dirt.spec import rates_of
from simulator.sinks.records import Records

Files = dict[str, dict[str, bytes]]


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

    def served(self, _: str, lines: list[bytes]) -> list[bytes]:
        """Records of a resource as the API serves them on this day."""
        return lines

    def files(self, _: date, files: Files) -> Files:
        """Files of the day: {folder below sources/: {name: content}}."""
        return files

    def settle(self) -> None:
        """In the folders, after the day's files are there: earlier files delivered again, locks."""

    def beside(self) -> dict[str, bytes]:
        """What else a day brings, for a day that is only looked at: {file name: content}."""
        return {}

    def end(self) -> None:
        """The day is complete: keep what later days need."""

    def publish(self) -> None:
        """Write the truth file."""


class Layer(Clean):
    """Dirt of the kinds in `rates`; notes below paths.dirt, the truth in paths.truth."""

    def __init__(self, config: WorldConfig, paths: Paths) -> None:
        self.config, self.paths = config, paths
        self.rates = rates_of(config.dirt)
        self.carry = Carry(paths.dirt)
        self.fixes: list[Fix] = []
        self.scene = Scene(config, -1, {})
        self.sources = [folder.name for folder in paths.drops]

    def _scene(self, day: int) -> Scene:
        until = self.config.dirt_until
        scene = Scene(self.config, day, self.rates)
        return scene if until is None or scene.date <= until else Scene(self.config, day, {})

    def begin(self, day: int) -> None:
        """Start a day."""
        self.scene = self._scene(day)
        self.carry.begin()
        self.carry.note(self.scene, "demand", anomalies.items(self.config, day))
        self.erp = ErpLayer(self.scene, self.carry)
        self.shop = ShopLayer(self.scene, self.carry, self.erp.sales)
        self.drop = {
            source: FileLayer(self.scene, self.carry, source, self.paths.sources / source) for source in self.sources
        }

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

    def served(self, resource: str, lines: list[bytes]) -> list[bytes]:
        """Records of a resource as the API serves them on this day."""
        drift = self.shop.drift
        return lines if drift is None or drift.table != resource else [drift.line(line) for line in lines]

    def files(self, when: date, files: Files) -> Files:
        """Files of the day: {folder below sources/: {name: content}}."""
        place = f"{when:%Y/%m/%d}"
        result: Files = {}
        for source in self.sources:
            paths = {
                f"{folder.removeprefix(source)}/{place}/{name}".lstrip("/"): content
                for folder, names in files.items()
                if folder.partition("/")[0] == source
                for name, content in names.items()
            }
            for path, content in self.drop[source].files(paths).items():
                folder = f"{source}/{path}".partition(f"/{place}/")[0]
                result.setdefault(folder, {})[PurePosixPath(path).name] = content
        return result

    def settle(self) -> None:
        """Deliver again what earlier days spoiled, and lock what is locked today."""
        for drop in self.drop.values():
            drop.settle()

    def beside(self) -> dict[str, bytes]:
        """Corrections and keys to delete in the ERP, earlier files delivered today, and the truth."""
        contents: dict[str, bytes] = {}
        for fix in self.fixes:
            name = f"{fix.table}.{'corrected' if fix.key is None else 'deleted'}.tsv"
            text = fix.text if fix.key is None else "\t".join(map(str, fix.key.values())) + "\n"
            contents[name] = contents.get(name, b"") + text.encode()
        for drop in self.drop.values():
            contents |= {PurePosixPath(path).name: content for path, content in drop.due().items()}
        contents[self.paths.truth.name] = "".join(f"{line}\n" for line in self.carry.truth).encode()
        return contents

    def end(self) -> None:
        """Keep what later days need."""
        self.carry.save(self.scene.day)

    def publish(self) -> None:
        """Write the truth file."""
        self.carry.publish(self.paths.truth)


def layer_of(config: WorldConfig, paths: Paths) -> Clean:
    """The dirt of a world."""
    return Clean() if config.dirt == "none" else Layer(config, paths)
