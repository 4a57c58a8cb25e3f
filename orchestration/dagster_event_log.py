"""Dagster's SQLite event log, with its connections kept open.

The stock storage opens, commits with an fsync and closes a connection for each event. Measured for one day (12 source
tables, 40 models, 300 checks): 9.1 s against 1.9 s with this; for 90 days in one run 22.6 s against 9.0 s. Of a day
with 1,726 events it took 2.9 CPU s while each had a statement and a transaction of its own, and takes 1.5 to 1.9.
What may be lost by a power cut is the tail of the run's log, never data: those have their own manifest and fsync.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import RLock
from typing import Any, cast

import sqlalchemy
from dagster._core.events import ASSET_CHECK_EVENTS, ASSET_EVENTS, EVENT_TYPE_TO_PIPELINE_RUN_STATUS
from dagster._core.events.log import EventLogEntry
from dagster._core.execution.plan.outputs import StepOutputData
from dagster._core.storage.event_log import SqlEventLogStorageTable, SqliteEventLogStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy.pool import StaticPool

from orchestration.redact import redact

INSERT = SqlEventLogStorageTable.insert()
BUSY_SECONDS = 60  # the web server reads and the daemon writes the same files


class OpenEventLog(SqliteEventLogStorage):
    """The stock storage with one open connection per file. Private parts of dagster 1.13: a test guards them."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._open: dict[str, sqlalchemy.Connection] = {}
        self._seen_tables: set[str] = set()
        self._seen_columns: set[str] = set()
        self._together: list[dict[str, Any]] | None = None
        super().__init__(base_dir, inst_data)
        self._db_lock = cast(Any, RLock())  # what is stored together holds it, and so does each event of it

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> "OpenEventLog":
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[sqlalchemy.Connection]:
        with self._db_lock:
            connection = self._open.get(shard) or self._open_shard(shard)
            if connection.in_transaction():
                yield connection
            else:
                with connection.begin():
                    yield connection

    def _open_shard(self, shard: str) -> sqlalchemy.Connection:
        engine = sqlalchemy.create_engine(
            self.conn_string_for_shard(shard),
            poolclass=StaticPool,
            connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        )
        if shard not in self._initialized_dbs:
            self._initdb(engine)
            self._initialized_dbs.add(shard)
        connection = engine.connect()
        connection.execute(sqlalchemy.text("pragma synchronous = normal"))
        connection.commit()
        self._open[shard] = connection
        return connection

    def _event_to_row(self, event: EventLogEntry) -> dict[str, Any]:
        """The row of an event; what any library put into the text of an error is shown without secrets.

        An output repeats the metadata of its materialization or check, which are stored with that: 2.0 of 4.7 MB.
        """
        row = super()._event_to_row(_without_metadata(event))
        return {**row, "event": redact(row["event"])}

    def store_event(self, event: EventLogEntry) -> None:
        """As the stock storage does, with one statement for all events: to write and compile one for each took longer
        than to run it."""
        row = self._event_to_row(event)
        if self._together is not None:
            self._together.append(row)
        else:
            with self.run_connection(event.run_id) as connection:
                connection.execute(INSERT, row)
        kind = event.dagster_event_type
        if kind in ASSET_EVENTS or kind in ASSET_CHECK_EVENTS or kind in EVENT_TYPE_TO_PIPELINE_RUN_STATUS:
            with self.index_connection() as connection:
                number: Any = connection.execute(INSERT, row).lastrowid
                if kind in ASSET_EVENTS:
                    self._store_asset_event_tags(connection, [event], [number])
                    self._store_asset_event(connection, event, number)
                elif kind in ASSET_CHECK_EVENTS:
                    self.store_asset_check_event(event, number)

    @contextmanager
    def together(self, run_id: str) -> Iterator[None]:
        """Events of a run that are stored in here are one transaction, also when it ends with an error."""
        raised: BaseException | None = None
        with self.run_connection(run_id) as connection, self.index_connection():
            self._together = []
            try:
                yield
            except BaseException as error:  # noqa: BLE001  (raised again when what was told before it is stored)
                raised = error
            rows, self._together = self._together, None
            if rows:
                connection.execute(INSERT, rows)
        if raised:
            raise raised

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store the events of one run in one transaction."""
        with self.together(events[0].run_id):
            for event in events:
                self.store_event(event)

    def _has_asset_key_col_on_connection(self, conn: sqlalchemy.Connection, column_name: str) -> bool:
        if column_name not in self._seen_columns:
            if not super()._has_asset_key_col_on_connection(conn, column_name):
                return False
            self._seen_columns.add(column_name)
        return True

    def has_table(self, table_name: str) -> bool:
        if table_name not in self._seen_tables:
            if not super().has_table(table_name):
                return False
            self._seen_tables.add(table_name)
        return True

    def dispose(self) -> None:
        with self._db_lock:
            for connection in self._open.values():
                connection.close()
                connection.engine.dispose()  # closes the file: SQLite folds 4 MB of its log into it and removes it
            self._open.clear()
        super().dispose()


def _without_metadata(event: EventLogEntry) -> EventLogEntry:
    step = event.dagster_event
    if step is None or not isinstance(output := step.event_specific_data, StepOutputData):
        return event
    return event._replace(dagster_event=step._replace(event_specific_data=output._replace(metadata={})))
