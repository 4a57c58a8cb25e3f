"""DAGSTER_HOME below GHALA_HOME and its settings; imports nothing of Dagster, which takes 2 s."""

import sqlite3
from contextlib import closing
from pathlib import Path

from orchestration.config import Settings

SETTINGS = """\
# Written by ghala; changes are overwritten. One writer: a single run at a time has the pool `warehouse`.
concurrency:
  pools: {{granularity: run, default_limit: 1}}
telemetry: {{enabled: false}}
nux: {{enabled: false}}  # no invitation to a newsletter before the first look
# The stock storage opens and closes a connection for each event: 9.1 s a day against 1.9 s.
event_log_storage:
  module: orchestration.dagster_event_log
  class: OpenEventLog
  config: {{base_dir: "{home}/history"}}
run_storage:
  module: dagster._core.storage.runs
  class: SqliteRunStorage
  config: {{base_dir: "{home}/history"}}
schedule_storage:
  module: dagster._core.storage.schedules
  class: SqliteScheduleStorage
  config: {{base_dir: "{home}/schedules"}}
# Steps log what matters as events; capturing stdout would also take the progress bars from the terminal.
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
"""
# One event per asset for the plan of a range, instead of one per asset and day; what is planned is stored together.
FEWER_WRITES = {"DAGSTER_EMIT_PARTITION_SUBSET_IN_PLANNED_EVENTS": "true", "DAGSTER_EVENT_BATCH_SIZE": "1000"}


UNFINISHED = "select count(*) from runs where status in ('NOT_STARTED', 'STARTING', 'STARTED', 'CANCELING')"


def has_unfinished(settings: Settings) -> bool:
    """Whether a run is marked as going on: now, or since a kill, until a run opens the instance and sets it right."""
    file = settings.dagster / "history" / "runs.db"
    if not file.is_file():
        return False
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as runs:
        try:
            return bool(runs.execute(UNFINISHED).fetchone()[0])
        except sqlite3.OperationalError:  # killed before the tables were made
            return True


def prepare(settings: Settings) -> Path:
    """Write dagster.yaml below GHALA_HOME; returns the folder, which is DAGSTER_HOME."""
    home = settings.dagster
    home.mkdir(parents=True, exist_ok=True)
    file = home / "dagster.yaml"
    text = SETTINGS.format(home=home.as_posix())
    if not file.is_file() or file.read_text() != text:
        file.write_text(text)
    return home
