"""`ghala`: the command line. Nothing heavy is imported before a command needs it."""

import gc
import sys

from orchestration.cli.errors import report

# The parsed project is a million objects that stay to the end: to look through them as often as Python does by itself
# is 7 % of a build (100 products: 27.8 and 27.1 CPU s, before 30.2 and 28.9).
COLLECT_AFTER = (200_000, 20, 100)


def app() -> None:
    """Entry of the command `ghala`: exit code 0 done, 1 a gate or a step failed, 2 wrong usage or configuration."""
    from orchestration.cli.main import commands  # noqa: PLC0415

    gc.set_threshold(*COLLECT_AFTER)
    try:
        commands()
    except Exception as error:  # noqa: BLE001  (whatever it is, a person gets one screen and the log the traceback)
        sys.exit(report(error))
    except KeyboardInterrupt:
        sys.stderr.write("\nstopped; what was complete stays, the next run goes on from there\n")
        sys.exit(130)
