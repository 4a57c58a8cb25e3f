"""A disk that is full in the middle of a run."""

import os
import random
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from chaos.met import TRACE, Met, main_job, message
from chaos.scenario import Bench
from chaos.world import copy

ROOMS = ((0.1, 0.6), (3.0, 8.0), (12.0, 24.0))  # MB left on the disk: full in landing, in dbt, in the publication


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
            main_job(bench, met)
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
