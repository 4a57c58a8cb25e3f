"""`make ui`: Dagster's browser interface and its daemon, reachable from this machine only."""

import os
import socket
import sys
from pathlib import Path

from orchestration.config import settings
from orchestration.dagster_home import FEWER_WRITES

HOST = "127.0.0.1"  # Dagster has no login: it must not be reachable from outside
FIRST_PORT = 3000
PORTS = 20  # ports tried from the first on


def free_port(first: int = FIRST_PORT) -> int:
    """The first port from `first` on that nobody listens on."""
    for port in range(first, first + PORTS):
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)):
                return port
    return first


def main() -> None:
    """Set the instance right, say where it will be, and become `dagster dev`."""
    from orchestration.dagster_instance import open_instance  # noqa: PLC0415

    config = settings()
    with open_instance(config):
        pass
    port = free_port(int(os.environ.get("GHALA_UI_PORT") or FIRST_PORT))
    sys.stdout.write(f"Dagster: http://{HOST}:{port}/asset-groups (a few seconds until it answers; stop with Ctrl-C)\n")
    sys.stdout.flush()
    binaries = Path(sys.executable).parent
    environment = {
        **os.environ,
        **FEWER_WRITES,
        "DAGSTER_HOME": str(config.dagster),
        "PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}",
    }
    options = ["dev", "-m", "orchestration.definitions", "-h", HOST, "-p", str(port), "--log-level", "warning"]
    os.execve(str(binaries / "dagster"), ["dagster", *options], environment)  # noqa: S606


if __name__ == "__main__":
    main()
