"""Each fault once, in a world of its own: what Ghala says of it, and whether the next run makes it good.

A fault is a function of a bench whose home is at the stage `waiting` (published, with a day to land), and of a random
generator. It returns what Ghala said when it could not go on, and everything that is wrong after its repair.
"""

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

from chaos.disk import full_disk
from chaos.met import Met, main_job, message, run
from chaos.scenario import Bench
from orchestration.ingest import manifest
from orchestration.ingest.manifest import LoadRecord

DAY = 86_400

Fault = Callable[[Bench, random.Random], Met]


def meet(bench: Bench, name: str, seed: int) -> Met:
    """One fault, from the stage `waiting`."""
    bench.world.restore("waiting")
    return FAULTS[name](bench, random.Random(f"{seed}/{name}"))


def corrupted_file(bench: Bench, draw: random.Random) -> Met:
    """One bit of a landed file flips: verify names the file, its repair lands it again."""
    met = Met()
    record = _some_load(bench, draw)
    flip_bit(bench.world.home / "bronze" / record.file, draw)
    run(bench, met, "verify", code=1, tells=record.file)
    run(bench, met, "verify", "--repair", tells="landed again")
    main_job(bench, met, same_loads=False)
    return met


def flip_bit(file: Path, draw: random.Random) -> None:
    """Change one bit of a file; its size stays."""
    content = bytearray(file.read_bytes())
    content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
    file.write_bytes(content)


def _some_load(bench: Bench, draw: random.Random) -> LoadRecord:
    records = manifest.current(manifest.read(bench.world.home)).values()
    return draw.choice([record for record in records if record.rows])


def torn_manifest(bench: Bench, draw: random.Random) -> Met:
    """The last line is written half: the next run cuts it off."""
    met, file = Met(), bench.world.home / "bronze" / manifest.NAME
    content = file.read_bytes()
    start = content.rstrip(b"\n").rfind(b"\n") + 1
    file.write_bytes(content + content[start : draw.randrange(start + 1, len(content) - 1)])
    main_job(bench, met)
    return met


def damaged_manifest(bench: Bench, draw: random.Random) -> Met:
    """A line in the middle and the last one are unreadable: Ghala stops, verify --repair makes them anew."""
    met, file = Met(), bench.world.home / "bronze" / manifest.NAME
    lines = file.read_bytes().splitlines(keepends=True)
    for number in (draw.randrange(len(lines) - 1), len(lines) - 1):
        lines[number] = lines[number][: len(lines[number]) // 2] + b"\x00#\n"
    file.write_bytes(b"".join(lines))
    run(bench, met, "run", "--to", bench.today, code=1, tells="ghala verify --repair")
    run(bench, met, "verify", "--repair", tells="has a line in the manifest again")
    main_job(bench, met, same_loads=False)
    return met


def lost_warehouse(bench: Bench, _: random.Random) -> Met:
    """warehouse.duckdb is gone, snapshots included: made anew from bronze."""
    return _lost(bench, "warehouse.duckdb")


def lost_star(bench: Bench, _: random.Random) -> Met:
    """star.duckdb is gone: made anew."""
    return _lost(bench, "star.duckdb")


def lost_both(bench: Bench, _: random.Random) -> Met:
    """Both database files are gone."""
    return _lost(bench, "warehouse.duckdb", "star.duckdb")


def _lost(bench: Bench, *names: str) -> Met:
    met = Met()
    for name in names:
        (bench.world.home / name).unlink()
    main_job(bench, met)
    return met


def broken_star(bench: Bench, draw: random.Random) -> Met:
    """star.duckdb is cut in the middle: Ghala says which file to remove, and makes it anew."""
    met, file = Met(), bench.world.home / "star.duckdb"
    os.truncate(file, draw.randrange(100, file.stat().st_size // 2))
    run(bench, met, "run", "--to", bench.today, code=1, tells="star.duckdb")
    file.unlink()
    main_job(bench, met)
    return met


def lost_link(bench: Bench, _: random.Random) -> Met:
    """The serving link is gone, then it names a file that is not there: the next publication sets it right."""
    met, link = Met(), bench.world.home / "serving" / "ghala.duckdb"
    link.unlink()
    run(bench, met, "query", "select 1", code=1, tells="nothing is published")
    run(bench, met, "publish")
    run(bench, met, "query", "show tables")
    link.resolve().unlink()
    run(bench, met, "query", "select 1", code=1, tells="next")
    main_job(bench, met)
    return met


def clock_back(bench: Bench, draw: random.Random) -> Met:
    """The clock goes back by up to 400 days: the new version still comes after the others."""
    met = Met()
    main_job(bench, met, clock=-DAY * draw.uniform(1, 400))
    newest = max((bench.world.home / "serving").glob("ghala-*.duckdb")).name
    if (bench.world.home / "serving" / "ghala.duckdb").resolve().name != newest:
        met.wrong.append("readers do not see the version that was published last")
    return met


def clock_forward(bench: Bench, draw: random.Random) -> Met:
    """The clock was ahead by up to 400 days during one run, and is right again in the next."""
    met = Met()
    main_job(bench, met, clock=DAY * draw.uniform(1, 400))
    main_job(bench, met)
    return met


def stuck_run(bench: Bench, draw: random.Random) -> Met:
    """A run stops answering in the middle: the next one names its process; killed, it leaves nothing behind."""
    met, out = Met(), bench.world.folder / "stuck.txt"
    usual = bench.undisturbed["run"]
    group = bench.process.start(("run", "--to", bench.today), out)
    time.sleep(usual.seconds * draw.uniform(0.3, 0.7))
    os.killpg(group, signal.SIGSTOP)
    other = bench.world.ghala("run", "--to", bench.today)
    met.said.append(message("\n" + other.stderr))
    if other.returncode != 1 or f"kill {group}" not in other.stderr.replace("\n", " "):
        met.wrong.append(f"it does not say that process {group} is stuck: {other.stderr[-800:]}")
    os.killpg(group, signal.SIGKILL)
    bench.process.wait()
    main_job(bench, met)
    return met


def stale_lock(bench: Bench, _: random.Random) -> Met:
    """The lock's files are left of a process that is gone: they stop nobody."""
    met, home = Met(), bench.world.home
    (home / ".lock").touch()
    (home / ".lock.pid").write_text("999999999\n")
    main_job(bench, met)
    return met


FAULTS: dict[str, Fault] = {
    fault.__name__.replace("_", "-"): fault
    for fault in (
        full_disk,
        corrupted_file,
        torn_manifest,
        damaged_manifest,
        lost_warehouse,
        lost_star,
        lost_both,
        broken_star,
        lost_link,
        clock_back,
        clock_forward,
        stuck_run,
        stale_lock,
    )
}


def table(met: dict[str, Met], seed: int) -> str:
    """What came of each fault, for people."""
    lines = []
    for name, one in met.items():
        verdict = f"left out: {one.left_out}" if one.left_out else "FAILED" if one.wrong else "coped"
        lines.append(f"{name:<18}{verdict}")
        lines += ["    " + line for words in one.said for line in words.splitlines()]
        lines += [f"    wrong: {words}" for words in one.wrong[:3]]
        if one.wrong:
            lines.append(f"    repeat: python -m chaos faults --seed {seed} --only {name}")
    return "\n".join(lines)
