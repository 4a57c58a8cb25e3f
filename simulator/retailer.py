"""The commands: bring the retailer up, add a day, heal what was interrupted, stop."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from simulator import history
from simulator.config import Paths, WorldConfig, last_date, read_json, world_record
from simulator.connections import variables
from simulator.envfile import update_env
from simulator.errors import SimulatorError
from simulator.files import write_json
from simulator.servers import daemon, postgres
from simulator.sinks import api_store, files

DEFAULT_RATE_LIMIT = 300


@dataclass(frozen=True)
class Asked:
    """Options of the servers; None: as before, else the default."""

    erp_port: int | None = None
    api_port: int | None = None
    rate_limit: int | None = None
    env_file: Path | None = None


@contextmanager
def locked(paths: Paths) -> Iterator[None]:
    """Only one command at a time works on a home. Raises SimulatorError naming the other process."""
    paths.sources.mkdir(parents=True, exist_ok=True)
    with (paths.sources / ".lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            raise SimulatorError(
                f"Another simulator command is at work (process {file.read().strip() or '?'})",
                str(paths.sources), "wait until it has ended",
            ) from error  # fmt: skip
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _server_settings(paths: Paths, asked: Asked) -> dict[str, Any]:
    """Ports, passwords and token: as before where nothing else is asked for; written to servers.json."""
    before = read_json(paths.servers) or {}
    values: dict[str, Any] = {
        name: before.get(name) or secrets.token_hex(12) for name in ("owner_password", "reader_password", "token")
    }
    values["rate_limit"] = (
        asked.rate_limit if asked.rate_limit is not None else before.get("rate_limit", DEFAULT_RATE_LIMIT)
    )
    running_erp, running_api = postgres.running_port(paths), daemon.running(paths)
    for name, port, wanted, option in (
        ("erp_port", running_erp, asked.erp_port, "--erp-port"),
        ("api_port", running_api[1] if running_api else None, asked.api_port, "--api-port"),
    ):
        moved = port is None or wanted not in (None, port)
        values[name] = daemon.choose_port(wanted, before.get(name), option) if moved else port
    env_file = asked.env_file or before.get("env_file") or paths.home / ".env"
    values["env_file"] = str(Path(env_file).resolve())
    if values != before:
        write_json(paths.servers, values, 0o600)
    return values


def _owner_dsn(values: dict[str, Any], database: str = postgres.DATABASE) -> str:
    return postgres.dsn(postgres.OWNER, values["owner_password"], values["erp_port"], database)


def _start_postgres(paths: Paths, values: dict[str, Any]) -> None:
    port = postgres.running_port(paths)
    if port is not None and port != values["erp_port"]:
        postgres.stop_server(paths)
        port = None
    if port is None:
        postgres.start_server(paths, values["erp_port"])


def _start_api(paths: Paths, values: dict[str, Any], former_limit: int | None) -> None:
    found = daemon.running(paths)
    if found is not None and (found[1] != values["api_port"] or former_limit != values["rate_limit"]):
        daemon.stop_api(paths)
        found = None
    if found is None:
        daemon.start_api(paths, values["api_port"], values["rate_limit"])


def _clear(paths: Paths) -> None:
    """Remove what an interrupted first start left behind."""
    daemon.stop_api(paths)
    postgres.stop_server(paths)
    for folder in (paths.pgdata, paths.api, paths.state, paths.dirt, *paths.drops):
        shutil.rmtree(folder, ignore_errors=True)


def _make_database(values: dict[str, Any]) -> None:
    """Roles and an empty database; the reader can read and nothing else."""
    with psycopg.connect(_owner_dsn(values, "postgres"), autocommit=True) as connection:
        reader, database = sql.Identifier(postgres.READER), sql.Identifier(postgres.DATABASE)
        for statement in (
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(reader, sql.Literal(values["reader_password"])),
            sql.SQL("ALTER ROLE {} SET default_transaction_read_only = on").format(reader),
            sql.SQL("CREATE DATABASE {}").format(database),
            sql.SQL("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC").format(database),
        ):
            connection.execute(statement)


def create(paths: Paths, config: WorldConfig, days: int, asked: Asked, report: history.Report) -> None:
    """Make a world from nothing and start its servers."""
    _clear(paths)
    record: dict[str, Any] = {"identity": config.as_json(), "last_day": None, "pending_day": None}
    write_json(paths.world, record)
    values = _server_settings(paths, asked)
    report(f"Simulating {days} days from {config.start_date}: {config.skus:,} SKUs, {config.warehouses} warehouses")
    postgres.make_cluster(paths, values["owner_password"])
    _start_postgres(paths, values)
    _make_database(values)
    history.make_history(config, days, paths, _owner_dsn(values), report)
    write_json(paths.world, {**record, "last_day": days - 1})
    history.prune_checkpoints(paths, days - 1)


def ensure_servers(paths: Paths, asked: Asked) -> dict[str, Any]:
    """Start what is not running and write the variables; returns the server settings."""
    record = world_record(paths)
    former = (read_json(paths.servers) or {}).get("rate_limit")
    values = _server_settings(paths, asked)
    _start_postgres(paths, values)
    _start_api(paths, values, former)
    first = WorldConfig.from_json(record["identity"]).start_date
    update_env(Path(values["env_file"]), variables(paths, values, first))
    return values


def heal(paths: Paths, values: dict[str, Any]) -> bool:
    """Finish a day that was interrupted; True if there was one."""
    api_store.sweep(paths.api)
    files.sweep(paths)
    pending = world_record(paths)["pending_day"]
    if pending is None:
        return False
    _advance(paths, values, pending)
    return True


def _advance(paths: Paths, values: dict[str, Any], day: int) -> None:
    record = world_record(paths)
    write_json(paths.world, {**record, "pending_day": day})
    config = WorldConfig.from_json(record["identity"])
    history.add_day(config, day, paths, _owner_dsn(values))
    write_json(paths.world, {**record, "last_day": day, "pending_day": None})
    history.prune_checkpoints(paths, day)


def next_day(paths: Paths, asked: Asked) -> date:
    """Simulate one more day, or finish the one that was interrupted; returns its date."""
    values = ensure_servers(paths, asked)
    if not heal(paths, values):
        _advance(paths, values, world_record(paths)["last_day"] + 1)
    return last_date(paths)


def stop(paths: Paths) -> tuple[bool, bool]:
    """Stop both servers; which of (HTTP, PostgreSQL) were running."""
    return daemon.stop_api(paths), postgres.stop_server(paths)
