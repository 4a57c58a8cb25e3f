"""A daily run without Dagster, in one process: land what is missing, build, publish, as the benchmark's peer."""

import sys
from datetime import date

from orchestration.cli.landing import land_range
from orchestration.config import settings
from orchestration.progress import silent
from orchestration.run import build_and_publish

if __name__ == "__main__":
    config = settings()
    land_range(config, None, None, date.fromisoformat(sys.argv[1]), silent)
    build_and_publish(config, silent)
