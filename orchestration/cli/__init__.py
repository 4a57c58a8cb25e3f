"""`ghala`: the command line. Nothing heavy is imported before a command needs it."""

import sys

from orchestration.cli.errors import report


def app() -> None:
    """Entry of the command `ghala`: exit code 0 done, 1 a gate or a step failed, 2 wrong usage or configuration."""
    from orchestration.cli.main import commands  # noqa: PLC0415

    try:
        commands()
    except Exception as error:  # noqa: BLE001  (whatever it is, a person gets one screen and the log the traceback)
        sys.exit(report(error))
    except KeyboardInterrupt:
        sys.stderr.write("\nstopped; what was complete stays, the next run goes on from there\n")
        sys.exit(130)
