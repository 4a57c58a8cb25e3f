"""Landed days whose files are back after others were stopped: no run is due to land them, so a look has to see it."""

from orchestration.config import Settings
from orchestration.contracts import contracts_of
from orchestration.errors import GhalaError
from orchestration.ingest import manifest, rejections
from orchestration.ingest.manifest import LoadRecord
from orchestration.lock import writer


def withdraw(settings: Settings) -> None:
    """Note them in the record of stopped deliveries; while another process writes, that waits for the next look."""
    if not _restored(settings):
        return
    try:
        with writer(settings.home):
            for record in _restored(settings):  # once more: the other process may have landed or stopped it
                rejections.withdraw(settings.home, record)
    except GhalaError:
        return


def _restored(settings: Settings) -> list[LoadRecord]:
    contracts = {contract.key: contract for contract in contracts_of(settings.contracts)}
    landed = manifest.current(manifest.read(settings.home))
    return rejections.restored(rejections.read(settings.home), landed, contracts)
