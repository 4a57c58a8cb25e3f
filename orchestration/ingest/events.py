"""What landing writes to the log for programs."""

import logging
from datetime import date
from pathlib import Path

from orchestration import log
from orchestration.errors import GateError, GhalaError
from orchestration.ingest.manifest import LoadRecord
from orchestration.ingest.model import Contract


def landed(home: Path, record: LoadRecord, is_new: bool) -> None:
    """A partition is in place; `is_new` unless it was there already as it is."""
    log.event(
        home,
        "load.landed" if is_new else "load.unchanged",
        source=record.source,
        table=record.table,
        asset=f"{record.source}/{record.table}",
        partition=record.logical_date,
        run_id=record.run_id if is_new else None,
        seconds=record.seconds if is_new else None,
        rows=record.rows,
        quarantined=record.quarantined,
        load_number=record.load_number,
    )


def stopped(home: Path, contract: Contract, day: date, run_id: str, error: GhalaError) -> None:
    """A partition did not land: a gate stopped it, or its source failed."""
    log.event(
        home,
        "load.stopped" if isinstance(error, GateError) else "load.failed",
        error.what,
        logging.ERROR,
        source=contract.source,
        table=contract.table,
        asset=f"{contract.source}/{contract.table}",
        partition=day,
        run_id=run_id,
        gate=error.gate if isinstance(error, GateError) else None,
    )
