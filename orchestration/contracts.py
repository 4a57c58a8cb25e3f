"""The contracts of a project, checked once until a file of them changes: it costs 0.3 s, and a run needs them often."""

from functools import lru_cache
from pathlib import Path

from orchestration.ingest.contract import load_contracts
from orchestration.ingest.model import Contract


def contracts_of(folder: Path) -> tuple[Contract, ...]:
    """The contracts in a folder, by source and table, as its files are now. Raises ConfigError for a broken one."""
    facts = ((file, file.stat()) for file in sorted(folder.glob("*/*.odcs.yaml")))
    return _checked(folder, tuple((file, stat.st_size, stat.st_mtime_ns) for file, stat in facts))


@lru_cache(maxsize=4)  # Dagster's server lives for weeks: what was replaced need not be kept
def _checked(folder: Path, _: tuple[tuple[Path, int, int], ...]) -> tuple[Contract, ...]:
    return tuple(sorted(load_contracts(folder), key=lambda contract: contract.key))
