"""A few worker processes that can be killed, and the queue before them."""

import json
import os
import queue
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from consumption.read import waiting
from consumption.read.errors import ReadError, Reason
from consumption.read.guard import LONGEST, WHERE
from consumption.read.world import World
from orchestration.config import REPOSITORY

WORKERS = 2  # at once: as many as the smallest machine has cores
WAIT = 10.0  # seconds for a free worker: a client that waits longer has often gone
GRACE = 2.0  # seconds after which the server kills a worker that did not end itself …
START = 30.0  # … and in which a new one has to be there with its version open, also on a machine that is busy building
LOOK = 0.1  # seconds between two looks whether anybody still waits for the answer
NARROWER = "aggregate, filter on a date, or ask for fewer columns"


@dataclass(frozen=True)
class Limits:
    """Of one query. A model reads a few hundred rows at most; a page of an interface is larger."""

    seconds: float = 20.0  # most clients give up after 30 to 60
    rows: int = 500
    bytes: int = 1_000_000  # of JSON
    cell: int = 2_000  # characters of one value


@dataclass(frozen=True)
class Answer:
    """Rows of one query. `cut`: None when complete, else what stopped it: rows or bytes."""

    version: str
    columns: list[tuple[str, str]]
    rows: list[list[Any]]
    cut: str | None


class _Worker:
    """One process and the version it has open."""

    def __init__(self) -> None:
        self._version: str | None = None
        environment = {"PYTHONPATH": str(REPOSITORY), "TZ": "UTC", "LANG": "C.UTF-8"}  # none of the server's secrets
        self._process = subprocess.Popen(
            [sys.executable, "-m", "consumption.read.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            cwd=REPOSITORY,
        )

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, world: World, job: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        """The worker's answer. Raises ReadError when it had to be killed or died, or when nobody waits any more."""
        assert self._process.stdin and self._process.stdout  # noqa: S101  (both are pipes)
        opened = world.for_worker() if self._version != world.version else None
        self._version = None
        with suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps({**job, "world": opened}).encode() + b"\n")
            self._process.stdin.flush()
        deadline = time.monotonic() + seconds + (START if opened else GRACE)
        line = self._line(deadline)
        if line is None:
            is_late = time.monotonic() >= deadline  # else it ended by itself: its own alarm, or the kernel's
            self.kill()
            raise self._ended(seconds, is_late)
        answer: dict[str, Any] = json.loads(line)
        reason = answer.get("error", {}).get("reason")
        if reason == Reason.TOO_MUCH:
            self.kill()  # what the query gave back stays with its process, and the next one would lack it
        elif reason != Reason.BROKEN:
            self._version = world.version
        return answer

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with suppress(OSError):
                    pipe.close()

    def _line(self, deadline: float) -> bytes | None:
        """What the worker writes until the end of a line; None when it died, is late, or nobody waits for it."""
        assert self._process.stdout  # noqa: S101
        descriptor, found = self._process.stdout.fileno(), bytearray()
        while not found.endswith(b"\n"):
            left = deadline - time.monotonic()
            ready, _, _ = select.select([descriptor], [], [], max(0.0, min(left, LOOK)))
            if not ready and left > 0 and not waiting.is_over():
                continue
            piece = os.read(descriptor, 1 << 20) if ready else b""
            if not piece:
                return None
            found += piece
        return bytes(found)

    def _ended(self, seconds: float, is_late: bool) -> ReadError:
        if waiting.is_over():
            return _nobody()
        if is_late or self._process.returncode == -signal.SIGALRM:
            return ReadError(Reason.TOO_MUCH, f"the query was stopped after {seconds:g} seconds", WHERE, NARROWER)
        return ReadError(
            Reason.TOO_MUCH, "the query brought its process down (memory, or nested too deeply)", WHERE, NARROWER
        )


class Pool:
    """Answers queries, one per worker at a time; thread-safe."""

    def __init__(self, workers: int = WORKERS, wait: float = WAIT) -> None:
        self._wait = wait
        self._idle: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        for _ in range(workers - 1):
            self._idle.put(None)
        self._idle.put(_Worker())  # one is ready for the first question

    def ask(self, world: World, sql: str, limits: Limits) -> Answer:
        """Rows of one SELECT. Raises ReadError: refused, too much, busy, or the version cannot be read."""
        if len(sql) > LONGEST:
            raise ReadError(
                Reason.REFUSED, f"the query has more than {LONGEST:,} characters", WHERE, "write it shorter"
            )
        if "\0" in sql or any("\ud800" <= sign <= "\udfff" for sign in sql):
            raise ReadError(Reason.REFUSED, "the query holds signs that are no text", WHERE, "type it anew")
        job = {"sql": sql, "rows": limits.rows, "bytes": limits.bytes, "cell": limits.cell, "seconds": limits.seconds}
        try:
            worker = self._idle.get(timeout=self._wait)
        except queue.Empty:
            raise ReadError(
                Reason.BUSY, "all workers are taken by other queries", "the server", "try again in some seconds"
            ) from None
        try:
            if waiting.is_over():  # while it waited for a worker
                raise _nobody()
            worker = worker if worker and worker.is_alive() else _Worker()
            answer = worker.ask(world, {**job, "withheld": sorted(world.withheld)}, limits.seconds)
        finally:
            self._idle.put(worker if worker and worker.is_alive() else None)
        if "error" in answer:
            said = answer["error"]
            raise ReadError(Reason(said["reason"]), said["what"], said["where"], said["next"])
        return Answer(world.version, [(name, kind) for name, kind in answer["columns"]], answer["rows"], answer["cut"])

    def close(self) -> None:
        """End all idle workers; one that is busy ends with its query."""
        with suppress(queue.Empty):
            while True:
                if worker := self._idle.get_nowait():
                    worker.kill()


def _nobody() -> ReadError:
    return ReadError(Reason.TOO_MUCH, "whoever asked has gone", WHERE, "ask again")
