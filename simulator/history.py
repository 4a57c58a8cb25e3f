"""Making days: the whole history at once, one more day, or one day again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from simulator.clock import DAY, date_of, start_of
from simulator.config import Paths, WorldConfig
from simulator.dirt.layer import Clean, layer_of
from simulator.engine.day import simulate_day
from simulator.engine.output import DayOutput
from simulator.errors import SimulatorError
from simulator.masters.opening import open_world
from simulator.masters.text import Texts, make_texts
from simulator.masters.world import World, make_world
from simulator.sinks import erp, files, tables
from simulator.sinks.api_store import ApiStore
from simulator.sinks.records import customer_records, records_of
from simulator.state import State, load_state, save_state

CHECKPOINT_DAYS = 30
Report = Callable[[str], None]


def _checkpoint(paths: Paths, day: int) -> Path:
    return paths.state / f"day-{day:05d}.npz"


def _to_api(store: ApiStore, output: DayOutput, world: World, texts: Texts, dirt: Clean) -> None:
    records = records_of(output, start_of(world.config, output.day + 1), world, texts)
    for resource, each in dirt.records(records).items():
        store.add(resource, each)


def _to_files(
    paths: Paths, output: DayOutput, state: State, world: World, texts: Texts, *, dirt: Clean, web: bool = True
) -> None:
    when = date_of(world.config, output.day)
    files.write_files(paths, when, dirt.files(when, files.files_of(output, state, world, texts, web)))
    dirt.settle()


def _epoch_day(world: World, day: int) -> int:
    return start_of(world.config, day) // DAY


def make_history(config: WorldConfig, days: int, paths: Paths, dsn: str, report: Report) -> None:
    """Simulate `days` days into an empty ERP database, empty API files and no files."""
    world = make_world(config)
    texts = make_texts(world)
    state, opening = open_world(world)
    save_state(state, _checkpoint(paths, -1))
    paths.api.mkdir(parents=True)
    store = ApiStore.open(paths.api)
    store.add("customers", customer_records(opening["customers"], config.seed))
    dirt = layer_of(config, paths)
    with erp.connect(dsn) as connection:
        loader = erp.HistoryLoader(connection)
        loader.add(tables.opening_tables(opening, world, texts))
        for day in range(days):
            output = simulate_day(world, state)
            dirt.begin(day)
            loader.add(dirt.tables(tables.tables_of(output, world, texts)))
            _to_api(store, output, world, texts, dirt)
            _to_files(paths, output, state, world, texts, dirt=dirt, web=day >= days - files.WEB_DAYS)
            dirt.end()
            store.spill(_epoch_day(world, day))
            if day % CHECKPOINT_DAYS == CHECKPOINT_DAYS - 1 or day == days - 1:
                save_state(state, _checkpoint(paths, day))
                report(f"  {date_of(config, day)}  day {day + 1} of {days}")
        loader.finish(days - 1, dirt)
        store.flush(_epoch_day(world, days - 1), dirt.api_drift)
        dirt.publish()
    _analyze(dsn)


def _analyze(dsn: str) -> None:
    with erp.connect(dsn) as connection:
        connection.execute("ANALYZE")


def _state_before(paths: Paths, world: World, day: int) -> State:
    """The state at the end of `day` - 1, replayed from the nearest checkpoint."""
    known = sorted(int(path.stem.removeprefix("day-")) for path in paths.state.glob("day-*.npz"))
    usable = [number for number in known if number < day]
    if not usable:
        raise SimulatorError(
            "No checkpoint of the simulation", str(paths.state), "delete sources/ and run `start` again"
        )
    state = load_state(_checkpoint(paths, usable[-1]))
    while state.day < day - 1:
        simulate_day(world, state)
    return state


def add_day(config: WorldConfig, day: int, paths: Paths, dsn: str) -> None:
    """Apply day `day` to all sources. Everything in here can be repeated after a crash, with the same result."""
    world = make_world(config)
    texts = make_texts(world)
    state = _state_before(paths, world, day)
    output = simulate_day(world, state)
    dirt = layer_of(config, paths)
    dirt.begin(day)
    with erp.connect(dsn) as connection:
        erp.apply_day(connection, day, dirt.tables(tables.tables_of(output, world, texts)), dirt)
    _to_files(paths, output, state, world, texts, dirt=dirt)
    files.forget_web(paths, date_of(config, day))
    store = ApiStore.open(paths.api)
    _to_api(store, output, world, texts, dirt)
    store.flush(_epoch_day(world, day), dirt.api_drift)
    dirt.end()
    dirt.publish()
    save_state(state, _checkpoint(paths, day))


def prune_checkpoints(paths: Paths, last_day: int) -> None:
    """Keep every 30th checkpoint, the first and the newest."""
    for path in paths.state.glob("day-*.npz"):
        number = int(path.stem.removeprefix("day-"))
        if number not in (-1, last_day) and number % CHECKPOINT_DAYS != CHECKPOINT_DAYS - 1:
            path.unlink()


def regenerate(config: WorldConfig, day: int, paths: Paths, out: Path) -> list[Path]:
    """Make one past day again, alone, into folder `out`: COPY text, JSON lines and all files. Returns them."""
    world = make_world(config)
    texts = make_texts(world)
    state = _state_before(paths, world, day)
    output = simulate_day(world, state)
    dirt = layer_of(config, paths)
    dirt.begin(day)
    contents: dict[str, bytes] = {
        f"{table}.tsv": text.encode() for table, text in dirt.tables(tables.tables_of(output, world, texts)).items()
    }
    for resource, records in dirt.records(records_of(output, start_of(config, day + 1), world, texts)).items():
        contents[f"{resource}.jsonl"] = b"".join([line + b"\n" for line in dirt.served(resource, records.text)])
    for dropped in dirt.files(date_of(config, day), files.files_of(output, state, world, texts)).values():
        contents |= dropped
    contents |= dirt.beside()
    out.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (out / name).write_bytes(content)
    return [out / name for name in contents]
