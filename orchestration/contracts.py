"""The contracts of a project, checked once per process: that costs 0.3 s, and a run needs them three times."""

from functools import cache
from pathlib import Path

from orchestration.ingest.contract import load_contracts
from orchestration.ingest.model import Contract


@cache
def contracts_of(folder: Path) -> tuple[Contract, ...]:
    """The contracts in a folder, by source and table. Raises ConfigError for a broken one."""
    return tuple(sorted(load_contracts(folder), key=lambda contract: contract.key))
