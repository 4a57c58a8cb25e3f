"""Each fault once, in a world of its own: what Ghala says of it, and whether the next run makes it good.

A fault is a function of a bench whose home is at the stage `waiting` (published, with a day to land), and of a random
generator. It returns what Ghala said when it could not go on, and everything that is wrong after its repair.
"""

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chaos import sound
from chaos.scenario import Bench, state, unlike
from chaos.world import copy
from orchestration.ingest import manifest
from orchestration.ingest.manifest import LoadRecord

DAY = 86_400
ROOMS = ((0.1, 0.6), (3.0, 8.0), (12.0, 24.0))  # MB left on the disk: full in landing, in dbt, in the publication
TRACE = "Traceback (most recent call last)"
RENUMBERED = ("load ", "stray file", "missing file quarantine/")  # what has other names when a day is landed again


@dataclass
class Met:
    """What came of a fault: Ghala's words, what is `wrong` (nothing: it coped), and why it was `left_out`."""

    said: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    left_out: str | None = None


Fault = Callable[[Bench, random.Random], Met]


def meet(bench: Bench, name: str, seed: int) -> Met:
    """One fault, from the stage `waiting`."""
    bench.world.restore("waiting")
    return FAULTS[name](bench, random.Random(f"{seed}/{name}"))


def _run(bench: Bench, met: Met, *words: str, code: int = 0, tells: str = "", clock: float = 0) -> str:
    """Run a command that must end with `code` and say `tells`; returns what it wrote."""
    found, text = bench.run(*words, clock=clock)
    if found != code:
        met.wrong.append(f"ghala {' '.join(words)} ended with {found}, not {code}: {text[-1500:]}")
    if tells.lower() not in text.lower():
        met.wrong.append(f"ghala {' '.join(words)} does not say {tells!r}: {text[-1500:]}")
    if TRACE in text:
        met.wrong.append(f"ghala {' '.join(words)} shows a traceback")
    if code:
        met.said.append(message(text))
    return text


def message(text: str) -> str:
    """The error in what a command wrote: from its first line on."""
    _, found, rest = text.rpartition("\nerror ")
    return ("error " + rest).strip() if found else text.strip()[-400:]


def _main_job(bench: Bench, met: Met, same_loads: bool = True, **expected: Any) -> None:
    """The main job to its end, and everything that must hold then."""
    _run(bench, met, "run", "--to", bench.today, **expected)
    if not met.wrong:
        met.wrong += sound.wrong(bench.world.home)
        differences = unlike(state(bench.world.home), bench.undisturbed["run"].state)
        met.wrong += [words for words in differences if same_loads or not words.startswith(RENUMBERED)]


def full_disk(bench: Bench, draw: random.Random) -> Met:
    """A file system with room for the home and a bit more: full in landing, in dbt, or in the publication."""
    met, home = Met(), bench.world.home
    if not _can_mount(home):
        met.left_out = "a small file system can only be mounted by root"
        return met
    used = sum(file.lstat().st_blocks * 512 for file in home.rglob("*"))
    for room in (draw.uniform(*span) for span in ROOMS):
        bench.world.restore("waiting")
        with _small(home, int(used * 1.02 + room * 1e6)) as grow:
            code, text = bench.run("run", "--to", bench.today)
            met.said.append(f"{room:.1f} MB free: " + (message(text) if code else "enough"))
            if code not in (0, 1) or TRACE in text or (code == 1 and "space" not in text.lower()):
                met.wrong.append(f"{room:.1f} MB free: it ended with {code}: {text[-1500:]}")
            if bench.run("query", "show tables")[0] != 0:
                met.wrong.append("readers cannot read while the disk is full")
            grow()
            _main_job(bench, met)
    return met


def _can_mount(folder: Path) -> bool:
    if os.geteuid() != 0:
        return False
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], check=False)
    if done.returncode == 0:
        subprocess.run(["umount", str(folder)], check=True)
    return done.returncode == 0


@contextmanager
def _small(folder: Path, size: int) -> Iterator[Callable[[], None]]:
    """The content of a folder on a file system of so many bytes; yields what makes it large."""
    beside = folder.with_name(folder.name + "-full")
    copy(folder, beside)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=True)
    try:
        subprocess.run(["cp", "-a", f"{beside}/.", str(folder)], check=True)
        yield lambda: _mount_larger(folder)
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def _mount_larger(folder: Path) -> None:
    subprocess.run(["mount", "-o", "remount,size=4g", str(folder)], check=True)


def corrupted_file(bench: Bench, draw: random.Random) -> Met:
    """One bit of a landed file flips: verify names the file, its repair lands it again."""
    met = Met()
    record = _some_load(bench, draw)
    flip_bit(bench.world.home / "bronze" / record.file, draw)
    _run(bench, met, "verify", code=1, tells=record.file)
    _run(bench, met, "verify", "--repair", tells="landed again")
    _main_job(bench, met, same_loads=False)
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
    _main_job(bench, met)
    return met


def damaged_manifest(bench: Bench, draw: random.Random) -> Met:
    """A line in the middle and the last one are unreadable: Ghala stops, verify --repair makes them anew."""
    met, file = Met(), bench.world.home / "bronze" / manifest.NAME
    lines = file.read_bytes().splitlines(keepends=True)
    for number in (draw.randrange(len(lines) - 1), len(lines) - 1):
        lines[number] = lines[number][: len(lines[number]) // 2] + b"\x00#\n"
    file.write_bytes(b"".join(lines))
    _run(bench, met, "run", "--to", bench.today, code=1, tells="ghala verify --repair")
    _run(bench, met, "verify", "--repair", tells="has a line in the manifest again")
    _main_job(bench, met, same_loads=False)
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
    _main_job(bench, met)
    return met


def broken_star(bench: Bench, draw: random.Random) -> Met:
    """star.duckdb is cut in the middle: Ghala says which file to remove, and makes it anew."""
    met, file = Met(), bench.world.home / "star.duckdb"
    os.truncate(file, draw.randrange(100, file.stat().st_size // 2))
    _run(bench, met, "run", "--to", bench.today, code=1, tells="star.duckdb")
    file.unlink()
    _main_job(bench, met)
    return met


def lost_link(bench: Bench, _: random.Random) -> Met:
    """The serving link is gone, then it names a file that is not there: the next publication sets it right."""
    met, link = Met(), bench.world.home / "serving" / "ghala.duckdb"
    link.unlink()
    _run(bench, met, "query", "select 1", code=1, tells="nothing is published")
    _run(bench, met, "publish")
    _run(bench, met, "query", "show tables")
    link.resolve().unlink()
    _run(bench, met, "query", "select 1", code=1, tells="next")
    _main_job(bench, met)
    return met


def clock_back(bench: Bench, draw: random.Random) -> Met:
    """The clock goes back by up to 400 days: the new version still comes after the others."""
    met = Met()
    _main_job(bench, met, clock=-DAY * draw.uniform(1, 400))
    newest = max((bench.world.home / "serving").glob("ghala-*.duckdb")).name
    if (bench.world.home / "serving" / "ghala.duckdb").resolve().name != newest:
        met.wrong.append("readers do not see the version that was published last")
    return met


def clock_forward(bench: Bench, draw: random.Random) -> Met:
    """The clock was ahead by up to 400 days during one run, and is right again in the next."""
    met = Met()
    _main_job(bench, met, clock=DAY * draw.uniform(1, 400))
    _main_job(bench, met)
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
    _main_job(bench, met)
    return met


def stale_lock(bench: Bench, _: random.Random) -> Met:
    """The lock's files are left of a process that is gone: they stop nobody."""
    met, home = Met(), bench.world.home
    (home / ".lock").touch()
    (home / ".lock.pid").write_text("999999999\n")
    _main_job(bench, met)
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
