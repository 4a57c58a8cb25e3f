"""Fetches the rows of a partition as frames in the source's own column names, batch by batch."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import polars as pl

from orchestration.ingest.extract.batch import Batch, Notes
from orchestration.ingest.model import Contract
from orchestration.ingest.plan import Window

if TYPE_CHECKING:
    from orchestration.ingest.extract.postgres import Postgres
    from orchestration.ingest.extract.rest import Api

__all__ = ["Batch", "Notes", "Sources"]


class Sources:
    """The open connections of a run: one per database and API. To be used with `with`."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._stack = ExitStack()
        self._databases: dict[str, Postgres] = {}
        self._apis: dict[str, Api] = {}

    def __enter__(self) -> "Sources":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def fetch(self, contract: Contract, day: date, window: Window, notes: Notes) -> Iterator[Batch]:
        """The rows of a partition; at least one batch, if need be without rows. Missing columns raise GateError.

        `notes` is complete when the last batch has been taken.
        """
        # Imported when the first such source is read: the database and HTTP libraries cost 60 MB and 0.4 s to load.
        match contract.extraction.type:
            case "postgres":
                return self._database(contract).fetch(contract, window)
            case "rest":
                return self._api(contract).fetch(contract, window)
            case "sqlite":
                from orchestration.ingest.extract.sqlite import fetch  # noqa: PLC0415

                return fetch(contract, window)
            case _:
                from orchestration.ingest.extract.files import read_files  # noqa: PLC0415

                return read_files(contract, day, self._scratch, notes)

    def reconnect(self, contract: Contract) -> None:
        """Forget the connection of a contract after a fault, so that the next use of it opens another."""
        if database := self._databases.pop(contract.extraction.connection, None):
            database.close()

    def keys(self, contract: Contract) -> pl.DataFrame:
        """The keys that the source holds now, for a contract with keyCompare."""
        return self._database(contract).keys(contract)

    def _database(self, contract: Contract) -> "Postgres":
        from orchestration.ingest.extract.postgres import Postgres  # noqa: PLC0415

        name = contract.extraction.connection
        if name not in self._databases:
            self._databases[name] = self._stack.enter_context(Postgres(name, contract.file))
        return self._databases[name]

    def _api(self, contract: Contract) -> "Api":
        from orchestration.ingest.extract.rest import Api  # noqa: PLC0415

        name = contract.extraction.connection
        if name not in self._apis:
            self._apis[name] = self._stack.enter_context(Api(name, contract.file, self._scratch))
        return self._apis[name]
