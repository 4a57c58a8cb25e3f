"""python -m consumption.docsite: build the site into $GHALA_HOME/site."""

import sys

from consumption.docsite.build import build
from orchestration.cli.errors import report
from orchestration.config import settings
from orchestration.errors import GhalaError


def main() -> None:
    """Build, and say what to open."""
    try:
        sys.stdout.write(f"open {build(settings())}\n")
    except GhalaError as error:
        sys.exit(report(error))


if __name__ == "__main__":
    main()
