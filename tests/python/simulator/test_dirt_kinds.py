"""What can be asked for, drift of schemas for a day, and labelled anomalies."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from simulator import cli
from simulator.config import Paths, WorldConfig
from simulator.dirt.anomalies import plans_on
from simulator.dirt.catalogue import HANDLING, KINDS
from simulator.dirt.layer import Clean, Layer, layer_of
from simulator.dirt.scene import Scene
from simulator.dirt.spec import canonical, rates_of
from simulator.engine.day import simulate_day
from simulator.errors import SimulatorError
from simulator.frames import Array
from simulator.masters.opening import open_world
from simulator.masters.world import make_world

from . import dirt_reader as reader
from .conftest import Retailer, simulator, variables

DRIFT = "drift_rename:0.25,drift_type:0.35,drift_added:0.5,drift_dropped:1"
FIRST = date(2025, 9, 15)


def test_what_can_be_asked_for() -> None:
    assert rates_of("none") == {}
    assert rates_of("all") == {name: kind.rate for name, kind in KINDS.items()}
    assert set(rates_of("repairable")) == {name for name, kind in KINDS.items() if kind.repairable}
    assert rates_of("late:0.5,duplicate") == {"duplicate": 0.011, "late": 0.5}
    assert rates_of("repairable,late:0.5")["late"] == 0.5
    assert canonical("late:0.5, duplicate") == canonical("duplicate:0.0110,late:.5") == "duplicate:0.011,late:0.5"
    assert canonical(canonical("all")) == canonical("all")
    assert {kind.expected for kind in KINDS.values()} <= set(HANDLING)


@pytest.mark.parametrize(
    ("spec", "what", "hint"),
    [
        ("duplicat", "no dirt 'duplicat'", "did you mean 'duplicate'?"),
        ("late:2", "rate '2' of 'late'", "late:0.05"),
        ("late:many", "rate 'many' of 'late'", "late:0.05"),
        ("late:0", "rate '0' of 'late'", "above 0"),
        ("none,late", "no dirt 'none'", "python -m simulator dirt"),
        (",", "no kind of dirt is given", "none, all, repairable"),
    ],
)
def test_a_wrong_wish_is_refused_with_a_suggestion(spec: str, what: str, hint: str) -> None:
    with pytest.raises(SimulatorError) as caught:
        rates_of(spec)
    assert what in caught.value.what
    assert hint in caught.value.next_step
    assert caught.value.code == 2


def test_a_wrong_wish_on_the_command_line_is_exit_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["start", "--home", str(tmp_path), "--dirt", "duplicat", "--days", "2"]) == 2
    assert "did you mean 'duplicate'?" in capsys.readouterr().err
    assert not (tmp_path / "sources/world.json").exists()


def test_all_kinds_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["dirt"]) == 0
    listed = capsys.readouterr().out
    assert all(f"{name} " in listed for name in KINDS)
    assert "null customer at the till" in listed


def test_the_rate_is_the_share_that_is_hit() -> None:
    scene = Scene(WorldConfig(3, 40, 3, FIRST), 5, {"late": 0.1})
    assert 9_700 < scene.hit("late", np.arange(100_000), "events").sum() < 10_300
    assert scene.hit("duplicate", np.arange(1000), "events").sum() == 0


def test_dirt_ends_on_the_last_day_with_dirt(tmp_path: Path) -> None:
    config = WorldConfig(3, 40, 3, FIRST, canonical("late,level_shift:1"), date(2025, 9, 20))
    assert WorldConfig.from_json(json.loads(json.dumps(config.as_json()))) == config
    layer = Layer(config, Paths(tmp_path))
    for day, rates in ((5, {"late": 0.02, "level_shift": 1.0}), (6, {})):
        layer.begin(day)
        assert layer.scene.rates == rates
    assert max(plan.first for day in range(90) for plan in plans_on(config, day)) == 5


def test_without_dirt_nothing_is_touched(tmp_path: Path) -> None:
    layer = layer_of(WorldConfig(3, 40, 3, FIRST), Paths(tmp_path))
    assert type(layer) is Clean
    tables, files = {"erp.products": "a"}, {"wms": {"x": b"y"}}
    assert layer.tables(tables) is tables
    assert layer.files(FIRST, files) is files
    assert layer.api_drift is None


@pytest.fixture(scope="module")
def drifting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retailer]:
    """A world in which every source drifts every day; it ends on a Monday, on which all sources deliver."""
    home = tmp_path_factory.mktemp("drift")
    simulator(
        home, "start", "--skus", "40", "--warehouses", "3", "--seed", "5", "--start-date", FIRST.isoformat(),
        "--days", "1", "--dirt", DRIFT,
    )  # fmt: skip
    yield Retailer(home, variables(home))
    simulator(home, "stop")


def erp_columns(retailer: Retailer) -> dict[str, list[tuple[object, ...]]]:
    """(name, type) of the columns of each relation."""
    query = """SELECT table_schema || '.' || table_name, column_name, data_type FROM information_schema.columns
        WHERE table_schema IN ('erp', 'audit') ORDER BY 1, ordinal_position"""
    found: dict[str, list[tuple[object, ...]]] = {}
    for name, *column in retailer.sql(query):
        found.setdefault(str(name), []).append(tuple(column))
    return found


def columns_of(path: Path) -> set[str]:
    """Names (and for JSON, kinds of values) of the columns of a file."""
    if path.suffix == ".parquet":
        return {f"{name} {kind}" for name, kind in pl.read_parquet(path).schema.items()}
    if path.suffix == ".xlsx":
        return set(reader.header(path))
    rows: list[dict[str, Any]] = reader.file_rows(path)
    if path.suffix == ".csv":
        return set(path.read_bytes().split(b"\n")[0].decode("latin-1").replace(";", ",").split(","))
    return {f"{name} {'object' if isinstance(v, dict) else ''}" for row in rows for name, v in row.items()}


def test_a_drift_lasts_one_day(drifting: Retailer) -> None:
    first = [line for line in reader.truth(drifting) if line["kind"].startswith("drift")]
    assert {line["source"] for line in first} == {
        "erp", "commerce", "wms", "mpesa", "web", "supplier_feed", "forecasts",
    }  # fmt: skip
    assert {line["settled_on"] for line in first} == {"2025-09-16"}
    one = {line["source"]: line for line in first}
    columns, resource = (
        erp_columns(drifting),
        next(k for k, v in reader.SHOP.items() if one["commerce"]["table"] in v[1:]),
    )
    orders = json.dumps(drifting.all(resource, updated_since=FIRST.isoformat())[:1])
    folder = drifting.home / "sources"
    spoiled = {p.relative_to(folder): columns_of(p) for p in folder.glob("*/**/2025/09/15/*.*")}
    simulator(drifting.home, "next-day")
    second = {
        x["source"]: x for x in reader.truth(drifting) if x["day"] == "2025-09-16" and x["kind"].startswith("drift")
    }
    after = erp_columns(drifting)
    changed = {name.partition(".")[2] for name in after if after[name] != columns[name]}
    assert changed == {one["erp"]["table"], second["erp"]["table"]}
    again = json.dumps(drifting.all(resource, updated_since="2025-09-15", updated_before="2025-09-16")[:1])
    assert orders != again
    assert "row_version" not in again and "_v2" not in again
    for source in ("wms", "mpesa", "web", "supplier_feed", "forecasts"):
        table = next(key for key, value in [*reader.FILES.items(), ("forecast", ("demand_forecasts",))]
                     if value[0] == one[source]["table"])  # fmt: skip
        paths = [path for path in spoiled if path.parts[0] == source and reader.table_of(path.name) == table]
        assert paths
        for path in paths:
            if one[source]["kind"] != "drift_type" or path.suffix not in {".csv", ".xlsx"}:
                assert spoiled[path] != columns_of(folder / path), path
        others = [path for path in spoiled if path.parts[0] == source and path not in paths]
        assert all(spoiled[path] == columns_of(folder / path) for path in others)


def sold(dirt: str, days: int) -> tuple[WorldConfig, Array]:
    """[days, skus] units ordered."""
    config = WorldConfig(9, 60, 3, FIRST, canonical(dirt))
    world = make_world(config)
    state, _ = open_world(world)
    units = np.zeros((days, config.skus))
    known = 0
    for day in range(days):
        lines = simulate_day(world, state).lines
        # A line is handed out each time its order moves on: count it on the day on which it is new.
        fresh = lines["order"] >= known
        np.add.at(units[day], lines["sku"][fresh], lines["qty"][fresh])
        known = int(state.counters["order"][0])
    return config, units


def test_anomalies_act_on_demand() -> None:
    days = 30
    _, usual = sold("none", days)
    ratio = {}
    for kind in ("promotion_spike", "stock_out_run", "level_shift", "variance_shift", "demand_drift"):
        config, units = sold(f"{kind}:1", days)
        plans = [plan for day in range(days) for plan in plans_on(config, day) if plan.first == day]
        assert len(plans) > 5
        during = [(day, p.sku) for p in plans for day in range(p.first, min(p.last + 1, days))]
        if kind == "stock_out_run":
            during = [(day, p.sku) for p in plans for day in range(p.last - 3, min(p.last + 1, days))]
        ratio[kind] = sum(units[place] for place in during) / sum(usual[place] for place in during)
    assert ratio["promotion_spike"] > 1.7
    assert ratio["stock_out_run"] < 0.8
    assert ratio["level_shift"] > 1.4
    assert ratio["variance_shift"] != pytest.approx(1.0, abs=0.05)
    assert ratio["demand_drift"] > 1.05
