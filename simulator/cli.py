"""The command line of the simulated retailer."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.config import (
    Paths,
    WorldConfig,
    check_sizes,
    default_start,
    last_date,
    read_json,
    scaled,
    world_record,
)
from simulator.dirt.catalogue import listing
from simulator.dirt.spec import NONE, canonical
from simulator.errors import SimulatorError, from_os_error

if TYPE_CHECKING:
    from simulator.retailer import Asked

DEFAULT_SKUS, DEFAULT_WAREHOUSES, DEFAULT_DAYS, DEFAULT_SEED = 1000, 12, 60, 42


def say(text: str) -> None:
    """One line of progress."""
    print(text, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)

    def command(name: str, text: str, example: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text, epilog=f"example: python -m simulator {example}")
        sub.add_argument("--home", type=Path, help="folder of all state (default: $GHALA_HOME or ./data)")
        return sub

    def server_options(sub: argparse.ArgumentParser) -> None:
        sub.add_argument("--env-file", type=Path, help="where to write the connections (default: HOME/.env)")
        sub.add_argument("--erp-port", type=int, help="port of PostgreSQL (default: a free one, kept)")
        sub.add_argument("--api-port", type=int, help="port of the HTTP API (default: a free one, kept)")
        sub.add_argument(
            "--rate-limit", type=int, help="every n-th API request is answered 429 (0: never; default 300)"
        )

    start = command("start", "make the world if there is none, and start its servers", "start --days 30 --skus 200")
    start.add_argument("--days", type=int, help=f"days of history (default {DEFAULT_DAYS})")
    start.add_argument("--skus", type=int, help=f"number of SKUs (default {DEFAULT_SKUS})")
    start.add_argument("--warehouses", type=int, help=f"number of warehouses (default {DEFAULT_WAREHOUSES})")
    start.add_argument("--scale", type=float, help="0.01: 100 SKUs, 3 warehouses, 90 days … 1: 10,247 x 12 x 730")
    start.add_argument("--seed", type=int, help=f"seed of all random numbers (default {DEFAULT_SEED})")
    start.add_argument(
        "--start-date", type=date.fromisoformat, help="first day (default: so that the last is yesterday)"
    )
    start.add_argument("--dirt", help="none (default), all, repairable, or kind[:rate],… as listed by `dirt`")
    start.add_argument("--dirt-until", type=date.fromisoformat, help="the last day with dirt (default: no end)")
    server_options(start)
    server_options(command("next-day", "simulate one more day", "next-day"))
    command("dirt", "list every kind of dirt, its rate, its sources and the handling expected", "dirt")
    command("today", "print the last complete day", "today")
    command("variables", "print the connections of the world, as written to the file of variables", "variables")
    command("status", "show the world and its servers", "status")
    command("stop", "stop the servers; the world stays", "stop")
    again = command(
        "regenerate", "make one past day again, alone, into a folder", "regenerate --day 2025-08-01 --out day"
    )
    again.add_argument("--day", type=date.fromisoformat, required=True, help="the day to make")
    again.add_argument("--out", type=Path, required=True, help="folder for its files")
    serve = command("serve", "run the HTTP API in the foreground (used by start)", "serve --port 8080")
    serve.add_argument("--port", type=int, required=True, help="port on 127.0.0.1")
    serve.add_argument("--rate-limit", type=int, default=0, help="every n-th request is answered 429")
    return parser


def _sizes(options: argparse.Namespace) -> tuple[int, int, int]:
    """(skus, warehouses, days) wanted; single options win over --scale."""
    if options.scale is not None and not 0 < options.scale <= 1:
        raise SimulatorError(
            f"--scale {options.scale} is out of range", "command line", "give a value above 0, at most 1", 2
        )
    base = scaled(options.scale) if options.scale is not None else (DEFAULT_SKUS, DEFAULT_WAREHOUSES, DEFAULT_DAYS)
    given = (options.skus, options.warehouses, options.days)
    skus, warehouses, days = (base[n] if value is None else value for n, value in enumerate(given))
    check_sizes(skus, warehouses, days)
    return skus, warehouses, days


def _check_same(options: argparse.Namespace, config: WorldConfig, paths: Paths) -> None:
    """Refuse to go on with a world that is not the one asked for."""
    scale = scaled(options.scale) if options.scale is not None else (None, None, None)
    for name, wanted, found in (
        ("seed", options.seed, config.seed),
        ("skus", options.skus or scale[0], config.skus),
        ("warehouses", options.warehouses or scale[1], config.warehouses),
        ("start-date", options.start_date, config.start_date),
        ("dirt", None if options.dirt is None else canonical(options.dirt), config.dirt),
        ("dirt-until", options.dirt_until, config.dirt_until),
    ):
        if wanted is not None and wanted != found:
            raise SimulatorError(
                f"The world here was made with --{name} {found}, not {wanted}", str(paths.sources),
                f"leave --{name} out, use another --home, or stop it and delete {paths.sources}",
            )  # fmt: skip


def _start(options: argparse.Namespace, paths: Paths) -> None:
    from simulator import retailer  # noqa: PLC0415 -- numpy and drivers load only when there is work to do

    began = time.monotonic()
    skus, warehouses, days = _sizes(options)
    with retailer.locked(paths):
        record = read_json(paths.world)
        if record is not None and record["last_day"] is not None:
            _check_same(options, WorldConfig.from_json(record["identity"]), paths)
            retailer.heal(paths, retailer.ensure_servers(paths, _asked(options)))
        else:
            seed = DEFAULT_SEED if options.seed is None else options.seed
            first = options.start_date or default_start(days)
            dirt = canonical(options.dirt or NONE)
            config = WorldConfig(seed, skus, warehouses, first, dirt, options.dirt_until)
            retailer.create(paths, config, days, _asked(options), say)
            retailer.ensure_servers(paths, _asked(options))
        _show(paths)
    say(f"Ready in {time.monotonic() - began:.1f} s")


def _asked(options: argparse.Namespace) -> Asked:
    from simulator import retailer  # noqa: PLC0415

    return retailer.Asked(options.erp_port, options.api_port, options.rate_limit, options.env_file)


def _show(paths: Paths) -> None:
    from simulator.servers import daemon, postgres  # noqa: PLC0415

    record = world_record(paths)
    config = WorldConfig.from_json(record["identity"])
    api, port = daemon.running(paths), postgres.running_port(paths)
    say(f"World      {config.skus:,} SKUs x {config.warehouses} warehouses, seed {config.seed}")
    say(f"Days       {config.start_date} to {last_date(paths)}")
    say(f"ERP        {f'PostgreSQL on 127.0.0.1:{port}' if port else 'stopped'}")
    say(f"Commerce   {f'http://127.0.0.1:{api[1]}' if api else 'stopped'}")
    for name, folder in (("WMS", paths.wms), ("M-PESA", paths.mpesa), ("Web", paths.web),
                         ("Suppliers", paths.supplier_feed), ("Forecasts", paths.forecasts)):  # fmt: skip
        say(f"{name:<10} {folder}")
    say(f"Variables  {(read_json(paths.servers) or {}).get('env_file')}")


def _variables(paths: Paths) -> None:
    from simulator.connections import variables  # noqa: PLC0415

    config = WorldConfig.from_json(world_record(paths)["identity"])
    for name, value in variables(paths, read_json(paths.servers) or {}, config.start_date).items():
        say(f"{name}={value}")


def _serve(options: argparse.Namespace, paths: Paths) -> None:
    import uvicorn  # noqa: PLC0415

    from simulator.servers.api import make_app  # noqa: PLC0415

    values = read_json(paths.servers)
    if values is None:
        raise SimulatorError(
            "There is no simulated world here", str(paths.home), "run `python -m simulator start` first"
        )
    seed = world_record(paths)["identity"]["seed"]
    app = make_app(paths.api, values["token"], options.rate_limit, f"seed {seed}")
    uvicorn.run(app, host="127.0.0.1", port=options.port, log_level="warning", access_log=False)


def _regenerate(options: argparse.Namespace, paths: Paths) -> None:
    from simulator import history  # noqa: PLC0415

    config = WorldConfig.from_json(world_record(paths)["identity"])
    if not config.start_date <= options.day <= last_date(paths):
        raise SimulatorError(
            f"{options.day} is not simulated", str(paths.home), f"choose a day up to {last_date(paths)}", 2
        )
    files = history.regenerate(config, (options.day - config.start_date).days, paths, options.out)
    say(f"{len(files)} files in {options.out}")


def _next_day(options: argparse.Namespace, paths: Paths) -> None:
    from simulator import retailer  # noqa: PLC0415

    with retailer.locked(paths):
        say(retailer.next_day(paths, _asked(options)).isoformat())


def _stop(paths: Paths) -> None:
    from simulator import retailer  # noqa: PLC0415

    with retailer.locked(paths):
        api, database = retailer.stop(paths)
    say(f"HTTP API: {'stopped' if api else 'was not running'}")
    say(f"PostgreSQL: {'stopped' if database else 'was not running'}")


def _run(options: argparse.Namespace, paths: Paths) -> None:
    commands: dict[str, Callable[[], None]] = {
        "start": lambda: _start(options, paths),
        "next-day": lambda: _next_day(options, paths),
        "dirt": lambda: say(listing()),
        "today": lambda: say(last_date(paths).isoformat()),
        "variables": lambda: _variables(paths),
        "status": lambda: _show(paths),
        "stop": lambda: _stop(paths),
        "regenerate": lambda: _regenerate(options, paths),
        "serve": lambda: _serve(options, paths),
    }
    commands[options.command]()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; exit code 0 done, 1 failed, 2 wrong usage."""
    options = _parser().parse_args(arguments)
    paths = Paths((options.home or Path(os.environ.get("GHALA_HOME") or "data")).resolve())
    try:
        _run(options, paths)
    except SimulatorError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.code
    except OSError as error:
        print(f"error: {from_os_error(error, paths.home)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; run the same command again to go on", file=sys.stderr)
        return 130
    return 0
