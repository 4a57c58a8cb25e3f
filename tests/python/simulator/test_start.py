"""Starting, stopping, the env file, rights of the reader, workbooks, and what is said when something is wrong."""

from __future__ import annotations

import os
import socket
import stat
from datetime import datetime
from pathlib import Path

import fastexcel
import psycopg
import pytest

from simulator.config import Paths, scaled
from simulator.envfile import update_env
from simulator.retailer import locked

from .conftest import SIZES, Retailer, simulator, variables


def test_start_again_changes_nothing(retailer: Retailer) -> None:
    before = (retailer.home / ".env").read_bytes(), (retailer.home / "sources/world.json").read_bytes()
    simulator(retailer.home, "start")
    assert ((retailer.home / ".env").read_bytes(), (retailer.home / "sources/world.json").read_bytes()) == before


def test_dead_servers_come_back(retailer: Retailer) -> None:
    stopped = simulator(retailer.home, "stop").stdout
    assert stopped.count("stopped") == 2
    assert "was not running" in simulator(retailer.home, "stop").stdout
    simulator(retailer.home, "start")
    fresh = Retailer(retailer.home, variables(retailer.home))
    assert fresh.get("/health").json()["status"] == "ok"
    assert fresh.sql("SELECT count(*) FROM erp.warehouses") == [(3,)]
    assert fresh.env == retailer.env


def test_env_file_keeps_other_lines_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("# mine\nGHALA_HMAC_KEY=secret\nexport GHALA_ERP_DSN=old\nLAST=1")
    assert update_env(path, {"GHALA_ERP_DSN": "new", "GHALA_WMS_DIR": "/wms"})
    assert path.read_text() == "# mine\nGHALA_HMAC_KEY=secret\nGHALA_ERP_DSN=new\nLAST=1\nGHALA_WMS_DIR=/wms\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not update_env(path, {"GHALA_ERP_DSN": "new"})


def test_the_variables_are_told_as_they_were_written(retailer: Retailer) -> None:
    told = dict(line.split("=", 1) for line in simulator(retailer.home, "variables").stdout.splitlines())
    assert told == retailer.env


def test_secrets_are_private(retailer: Retailer) -> None:
    for name in (".env", "sources/servers.json"):
        assert stat.S_IMODE((retailer.home / name).stat().st_mode) == 0o600, name
    assert set(retailer.env) == {
        "GHALA_ERP_DSN", "GHALA_COMMERCE_URL", "GHALA_COMMERCE_TOKEN", "GHALA_WMS_DIR", "GHALA_START_DATE",
        "GHALA_MPESA_DIR", "GHALA_WEB_DIR", "GHALA_SUPPLIER_FEED_DIR", "GHALA_FORECASTS_DIR",
    }  # fmt: skip
    assert retailer.env["GHALA_START_DATE"] == "2025-09-22"


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM erp.products",
        "INSERT INTO audit.suppliers SELECT * FROM audit.suppliers",
        "UPDATE erp.purchase_orders SET status = 'sent'",
        "CREATE TABLE public.mine (a int)",
        "CREATE TEMP TABLE mine (a int)",
        "SELECT * FROM sim.applied",
        "TRUNCATE erp.inventory_ledger",
    ],
)
def test_the_reader_cannot_write(retailer: Retailer, statement: str) -> None:
    with (
        psycopg.connect(retailer.env["GHALA_ERP_DSN"], options="-c default_transaction_read_only=off") as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement.encode())


def test_a_wrong_password_is_refused(retailer: Retailer) -> None:
    dsn = retailer.env["GHALA_ERP_DSN"]
    password = dsn.split(":")[2].split("@")[0]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(dsn.replace(password, "wrong"))


def test_workbooks_have_one_sheet_with_seven_columns(retailer: Retailer) -> None:
    files = sorted(Path(retailer.env["GHALA_WMS_DIR"]).rglob("*.xlsx"))
    assert len(files) == 20 * 3
    assert files[0].parts[-4:] == ("2025", "09", "22", "stock_20250922_WH01.xlsx")
    book = fastexcel.read_excel(files[0])
    assert book.sheet_names == ["Stock"]
    rows = book.load_sheet("Stock").to_polars()
    assert rows.columns == ["SKU", "Desc", "Bin", "Qty", "UOM", "Counted At", "Counter"]
    counted = [datetime.strptime(text, "%Y-%m-%d %H:%M:%S") for text in rows["Counted At"].to_list()]
    assert counted
    assert all(f"{moment:%Y%m%d %H:5}" == "20250922 23:5" and moment.minute >= 50 for moment in counted)


def test_each_stocked_sku_is_counted_once_in_thirty_days(retailer: Retailer) -> None:
    files = Path(retailer.env["GHALA_WMS_DIR"]).rglob("*WH01.xlsx")
    skus = [sku for path in files for sku in fastexcel.read_excel(path).load_sheet("Stock").to_polars()["SKU"]]
    assert len(skus) == len(set(skus))
    assert 30 <= len(skus) <= 60


def test_another_seed_is_refused(retailer: Retailer) -> None:
    for option, value in (("--seed", "8"), ("--skus", "61"), ("--start-date", "2025-01-01")):
        refused = simulator(retailer.home, "start", option, value, check=False)
        assert refused.returncode == 1
        assert f"made with {option}" in refused.stderr
        assert "next:" in refused.stderr


def test_a_port_in_use_is_named(retailer: Retailer, tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        for option in ("--erp-port", "--api-port"):
            refused = simulator(tmp_path, "start", *SIZES, "--days", "2", option, port, check=False)
            assert refused.returncode == 1
            assert f"Port {port} is in use" in refused.stderr
            assert option in refused.stderr


@pytest.mark.parametrize(
    "arguments",
    [["start", "--wat"], ["fly"], ["start", "--scale", "2"], ["start", "--skus", "0"], ["start", "--start-date", "x"]],
)
def test_wrong_usage_is_exit_code_2(tmp_path: Path, arguments: list[str]) -> None:
    done = simulator(tmp_path, *arguments, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_no_world_yet_is_said(tmp_path: Path) -> None:
    for command in ("today", "next-day", "status"):
        done = simulator(tmp_path, command, check=False)
        assert (done.returncode, "no simulated world" in done.stderr) == (1, True)


def test_two_commands_at_once_are_refused(retailer: Retailer) -> None:
    with locked(Paths(retailer.home)):
        refused = simulator(retailer.home, "next-day", check=False)
    assert refused.returncode == 1
    assert f"process {os.getpid()}" in refused.stderr


def test_scales() -> None:
    assert scaled(0.01) == (100, 3, 90)
    assert scaled(1) == (10_247, 12, 730)
