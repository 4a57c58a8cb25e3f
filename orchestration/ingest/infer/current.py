"""The rows of a contract's source as they are now: of its newest file, of its table, of its API."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from orchestration.errors import ConfigError, GhalaError
from orchestration.ingest.extract.batch import connection_setting
from orchestration.ingest.extract.listing import DATE, Folders, folder_of, pattern_of
from orchestration.ingest.infer import files, tables
from orchestration.ingest.infer.model import Sample
from orchestration.ingest.model import Contract
from orchestration.ingest.plan import Window

RECENT_DAYS = 7  # of an API, where no date is given


def sample_of(contract: Contract, day: date | None) -> Sample:
    """What the source holds: of a date, or the newest. Raises GhalaError where it cannot be read."""
    how = contract.extraction
    match how.type:
        case "postgres":
            return tables.read_postgres(how.connection, how.relation or "", contract.file, query=how.query)
        case "sqlite":
            file = Path(connection_setting(how.connection, "FILE", contract.file))
            return tables.read_sqlite(file, how.relation or "", contract.source)
        case "rest":
            return _of_api(contract, day)
        case _:
            return files.read(_newest(contract, day), contract.source, sheet=how.sheet)


def _newest(contract: Contract, day: date | None) -> Path:
    """The file of a date; without one the file whose name has the highest date."""
    root = folder_of(contract)
    path = contract.extraction.path or "*"
    pattern = pattern_of(contract, day) if day else DATE.sub(lambda match: re.sub(r"%\w", "*", match[1]), path)
    found = [file for file in Folders(root).find(pattern) if file.bytes]
    if not found:
        raise GhalaError(
            f"there is no file of {contract.key}" + (f" for {day}" if day else ""),
            str(root / pattern),
            "wait for one, or correct the path in the contract",
        )
    return max(found, key=lambda file: re.sub(r"\D", "", file.name)).path


def _of_api(contract: Contract, day: date | None) -> Sample:
    from orchestration.ingest.extract.rest import Api  # noqa: PLC0415  (the HTTP libraries take 0.2 s)

    last = day or datetime.now(UTC).date() - timedelta(days=1)
    until = datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(days=1)
    window = Window(until - timedelta(days=1 if day else RECENT_DAYS), until)
    name = contract.extraction.connection
    with TemporaryDirectory(prefix="ghala-") as scratch, Api(name, contract.file, Path(scratch)) as api:
        frame = api.sample(contract, window)
    if not frame.width:
        what = f"the API has no record of {contract.key} from {window.lower:%Y-%m-%d} to {last}"
        raise ConfigError(what, str(contract.file), "give a date that has some: --date YYYY-MM-DD")
    setting = (f"GHALA_{name.upper()}_URL", "…")
    return Sample(f"{name}{contract.extraction.path}", frame, {"type": "rest"}, setting)
