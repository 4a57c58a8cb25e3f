"""Days are repeatable: the same world twice, one day alone, one day more, a day that was killed half-way."""

from __future__ import annotations

import errno
import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from simulator import cli
from simulator.config import WorldConfig
from simulator.engine.day import simulate_day
from simulator.errors import SimulatorError
from simulator.masters.opening import open_world
from simulator.masters.world import make_world
from simulator.sinks import drops
from simulator.state import load_state, save_state

from .conftest import DAYS, ROOT, SIZES, Retailer, simulator, started

TABLES = {
    "audit.products": "sku, updated_at",
    "audit.suppliers": "supplier_code, updated_at",
    "audit.warehouses": "warehouse_code, updated_at",
    "erp.products": "sku",
    "erp.suppliers": "supplier_code",
    "erp.warehouses": "warehouse_code",
    "erp.purchase_orders": "po_number",
    "erp.purchase_order_lines": "po_number, line_no",
    "erp.goods_receipts": "grn_number, line_no",
    "erp.inventory_ledger": "movement_id",
    "audit.promotions": "promo_code, updated_at",
    "erp.promotions": "promo_code",
    "erp.promotion_items": "promo_code, sku, scope_type, scope_code",
    "erp.price_list": "sku, channel, valid_from",
    "erp.fx_rates": "currency, rate_date",
    "erp.supplier_invoices": "invoice_number, line_no",
}


def content(retailer: Retailer) -> dict[str, object]:
    """Everything that the sources deliver: rows per table, records per resource, a hash per file."""
    found: dict[str, object] = {
        table: retailer.sql(f"SELECT * FROM {table} ORDER BY {key}") for table, key in TABLES.items()
    }
    resources = ("customers", "orders", "shipments", "returns", "payment_requests")
    found |= {name: retailer.all(name) for name in resources}
    for folder in dropped(retailer):
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            found[str(path.relative_to(folder.parent))] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def dropped(retailer: Retailer) -> list[Path]:
    """The folders of all sources that are files."""
    names = ("WMS", "MPESA", "WEB", "SUPPLIER_FEED", "FORECASTS")
    return [Path(retailer.env[f"GHALA_{name}_DIR"]) for name in names]


def assert_same(one: Retailer, other: Retailer) -> None:
    """Both retailers deliver the same, down to the last digit."""
    left, right = content(one), content(other)
    assert left.keys() == right.keys()
    for name, value in left.items():
        assert value == right[name], name


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retailer]:
    """The same world made in one go; for the last test it gets one more day than the session's retailer."""
    home = tmp_path_factory.mktemp("twin")
    yield started(home, "--days", str(DAYS))
    simulator(home, "stop")


def test_next_day_equals_a_world_started_with_one_more_day(retailer: Retailer, twin: Retailer) -> None:
    assert simulator(retailer.home, "today").stdout == simulator(twin.home, "today").stdout == "2025-10-11\n"
    assert_same(retailer, twin)


def test_a_day_is_regenerated_alone_to_the_same_bytes(retailer: Retailer, tmp_path: Path) -> None:
    simulator(retailer.home, "regenerate", "--day", "2025-10-06", "--out", str(tmp_path))
    drop = [path for folder in dropped(retailer) for path in folder.rglob("2025/10/06/*")]
    kinds = {"stock", "adjustments", "delivery", "c2b", "stk", "reversals", "statement", "events", "quotes", "forecast"}
    assert {path.name.split("_")[0] for path in drop} == kinds
    made = {path.name for path in tmp_path.iterdir()}
    assert {path.name for path in drop} == {name for name in made if "_20251006" in name}
    for path in drop:
        assert path.read_bytes() == (tmp_path / path.name).read_bytes()
    ledger = [line.split("\t")[0] for line in (tmp_path / "erp.inventory_ledger.tsv").read_text().splitlines()]
    query = "SELECT movement_id FROM erp.inventory_ledger WHERE updated_at::date = '2025-10-06' ORDER BY 1"
    assert ledger == [row[0] for row in retailer.sql(query)] != []
    for table in ("erp.price_list", "erp.fx_rates", "audit.promotions", "erp.goods_receipts"):
        made = len((tmp_path / f"{table}.tsv").read_text().splitlines())
        assert [(made,)] == retailer.sql(f"SELECT count(*) FROM {table} WHERE updated_at::date = '2025-10-06'"), table
    lines = (tmp_path / "orders.jsonl").read_text().splitlines()
    final = retailer.all("orders", updated_since="2025-10-06", updated_before="2025-10-07")
    # Orders that moved on later left this window; the others are exactly as regenerated.
    assert 0 < len(final) < len(lines)
    assert {record["order_id"] for record in final} < {line.split('"')[3] for line in lines}


def test_the_seed_decides_the_demand() -> None:
    ledgers = []
    for seed in (7, 7, 8):
        world = make_world(WorldConfig(seed, 60, 3, date(2025, 9, 22)))
        ledgers.append(simulate_day(world, open_world(world)[0]).ledger["qty"].tolist())
    assert ledgers[0] == ledgers[1] != ledgers[2]


def test_a_checkpoint_of_another_version_is_refused(tmp_path: Path) -> None:
    state, _ = open_world(make_world(WorldConfig(7, 60, 3, date(2025, 9, 22))))
    save_state(state, tmp_path / "now.npz")
    assert load_state(tmp_path / "now.npz").day == -1
    del state.lines["promo"]
    save_state(state, tmp_path / "former.npz")
    with pytest.raises(SimulatorError, match="another version of the simulator"):
        load_state(tmp_path / "former.npz")


def killed(home: Path, target: str, *arguments: str) -> None:
    """Run a command that is killed with SIGKILL when it first calls the function `target`."""
    module, _, name = target.rpartition(".")
    program = (
        f"import os, signal, sys, {module}\n"
        f"{module}.{name} = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)\n"
        "from simulator.cli import main\nmain(sys.argv[1:])"
    )
    command = [sys.executable, "-c", program, arguments[0], "--home", str(home), *arguments[1:]]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr


CRASHES = {
    "before the database commits": ("simulator.sinks.erp.apply_day", "start"),
    "after the database": ("simulator.sinks.drops.write_drop", "next-day"),
    "after the workbooks": ("simulator.sinks.api_store.write_json", "start"),
    "after the API": ("simulator.history.save_state", "next-day"),
}


def today(retailer: Retailer) -> date:
    """The last complete day, as the command line tells it."""
    return date.fromisoformat(simulator(retailer.home, "today").stdout.strip())


def test_a_full_disk_is_named_and_the_day_is_finished_later(
    twin: Retailer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The disk fills up after the database has the day: a message and exit code 1; the next command goes on."""

    def full(folder: Path, *_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))

    before = today(twin)
    with monkeypatch.context() as patch:
        patch.setattr(drops, "write_drop", full)
        assert cli.main(["next-day", "--home", str(twin.home)]) == 1
    said = capsys.readouterr().err
    assert "The disk is full" in said
    assert str(twin.home) in said
    assert "free some space" in said
    assert today(twin) == before
    simulator(twin.home, "next-day")
    assert today(twin) == before + timedelta(days=1)


def test_killed_days_are_healed(twin: Retailer, tmp_path: Path) -> None:
    """kill -9 at each step of next-day: the next command finishes that day; no day is lost, none is made twice."""
    before = today(twin)
    for number, (target, healer) in enumerate(CRASHES.values(), start=1):
        killed(twin.home, target, "next-day")
        simulator(twin.home, healer)
        assert today(twin) == before + timedelta(days=number)
    undisturbed = started(tmp_path, "--days", str((today(twin) - date(2025, 9, 22)).days + 1))
    try:
        assert_same(twin, undisturbed)
    finally:
        simulator(tmp_path, "stop")


def test_a_killed_first_start_begins_again(tmp_path: Path) -> None:
    killed(tmp_path, "simulator.sinks.api_store.write_json", "start", *SIZES, "--days", "3")
    refused = simulator(tmp_path, "today", check=False)
    assert refused.returncode == 1
    assert "run `python -m simulator start` first" in refused.stderr
    retailer = started(tmp_path, "--days", "3")
    try:
        assert simulator(tmp_path, "today").stdout == "2025-09-24\n"
        assert len(list(Path(retailer.env["GHALA_WMS_DIR"]).rglob("*.xlsx"))) == 9
    finally:
        simulator(tmp_path, "stop")
