"""What every extractor yields, and how a connection's name becomes its settings."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import polars as pl

from orchestration.errors import ConfigError
from orchestration.ingest.manifest import FileNote

# Rows of a batch: at 50,000 the CPU per row is as low as at 500,000 and a batch of 20 text columns is about 30 MB.
BATCH_ROWS = 50_000


class Batch(NamedTuple):
    """Rows as they came. `origin` names the relation, address or file, for messages."""

    origin: str
    frame: pl.DataFrame


@dataclass
class Notes:
    """What an extraction tells beside its rows: its files, and how many of their rows were no records (skipRows)."""

    files: list[FileNote] | None = None
    skipped: int = 0


class BadFileError(Exception):
    """One file that cannot be read; its text says why. The other files of the date may be in order."""


def connection_setting(name: str, suffix: str, contract_file: Path) -> str:
    """The environment variable GHALA_<NAME>_<SUFFIX>. Raises ConfigError when it is not set."""
    variable = f"GHALA_{name.upper()}_{suffix}"
    value = os.environ.get(variable)
    if not value:
        raise ConfigError(
            f"the connection '{name}' is not configured: {variable} is not set",
            str(contract_file),
            f"set {variable} in the environment or in $GHALA_HOME/.env (`python -m simulator start` writes its own)",
        )
    return value


def batches(lazy: pl.LazyFrame) -> Iterator[pl.DataFrame]:
    """The frames of a scan in their order; the first has no rows, so that an empty file shows its columns too."""
    yield pl.DataFrame(schema=lazy.collect_schema())
    yield from lazy.collect_batches(chunk_size=BATCH_ROWS, maintain_order=True)
