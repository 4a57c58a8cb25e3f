"""`python -m consumption.dashboard [--port 8050]`: the dashboards in the browser, on this machine only."""

import argparse
import sys

from orchestration.config import settings
from orchestration.errors import GhalaError


def main(port: int | None = None) -> None:
    """Say where the dashboards are and serve them until interrupted; `port` None takes the first free one from 8050.

    Raises GhalaError when the packages of the extra `ui` are missing or the port is taken.
    """
    try:
        from consumption.dashboard.server import HOST, PORT, server  # noqa: PLC0415
    except ModuleNotFoundError as missing:
        raise GhalaError(
            f"the dashboards need the package {missing.name}", "this environment", "install it: make ui"
        ) from missing
    from orchestration.ui import free_port  # noqa: PLC0415

    wanted = free_port(PORT) if port is None else port
    serving = settings().serving
    try:
        made = server(serving, wanted)
    except (OSError, SystemExit) as error:
        raise GhalaError(f"port {wanted} is taken", f"http://{HOST}:{wanted}", "give another one: --port") from error
    sys.stdout.write(f"Dashboards: http://{HOST}:{made.server_port} (stop with Ctrl-C)\n")
    sys.stdout.flush()
    try:
        made.serve_forever()
    except KeyboardInterrupt:
        made.server_close()


def arguments() -> int | None:
    """The port of the command line."""
    parser = argparse.ArgumentParser(prog="python -m consumption.dashboard", description="Ghala's dashboards.")
    parser.add_argument("--port", type=int, help="0 takes any free one; without it the first free one from 8050")
    return parser.parse_args().port  # type: ignore[no-any-return]


if __name__ == "__main__":
    try:
        main(arguments())
    except GhalaError as problem:
        sys.stderr.write(f"error {problem}\n")
        sys.exit(problem.exit_code)
