"""Runs the API on this machine."""

import os
import sys

import uvicorn

from consumption.api.app import make
from consumption.read.pool import Pool
from consumption.read.reader import Reader
from consumption.web import HOST, config
from orchestration.config import Settings
from orchestration.errors import ConfigError

KEYS = "GHALA_API_KEY"
SHORTEST = 16  # characters, as for every secret that is asked for over a network


def serve(settings: Settings, port: int) -> None:
    """Serve until the process is stopped. Raises ConfigError without keys."""
    keys = keys_of(os.environ.get(KEYS))
    pool = Pool()
    sys.stderr.write(f"API: http://{HOST}:{port} (description: /openapi.json; stop with Ctrl-C)\n")
    try:
        uvicorn.Server(config(make(Reader(settings, pool), keys), port)).run()
    finally:
        pool.close()


def keys_of(given: str | None) -> tuple[str, ...]:
    """The keys, one per service, with commas. Raises ConfigError where there is none, or a short one."""
    keys = tuple(key.strip() for key in (given or "").split(",") if key.strip())
    if keys and all(len(key) >= SHORTEST and key.isascii() for key in keys):
        return keys
    raise ConfigError(
        f"{KEYS} {'holds a key that is too short' if keys else 'is not set'}, and nobody is served without a key",
        f"environment variable {KEYS}",
        f"make one per service (openssl rand -hex 32) and put them into $GHALA_HOME/.env as {KEYS}=first,second",
    )
