"""Whether a run would make anything that is not there already."""

from datetime import datetime

from orchestration import hold
from orchestration import publish_files as files
from orchestration.build import BuildRecord, last, project_hash, star_identity
from orchestration.config import Settings
from orchestration.dagster_home import has_unfinished
from orchestration.ingest import manifest
from orchestration.publish import Published, versions

SUNDAY = 7  # as isoweekday counts, and the macro tests_everything


def up_to_date(settings: Settings) -> Published | None:
    """The version that readers see, where a build would make the same one again: no new load, file or gate since.

    Costs a hash of the project's files. On a Sunday (GHALA_FULL_TESTS) the first build tests all of history, so there
    is always something.
    """
    record, newest = last(settings), next(iter(versions(settings)), None)
    if record is None or newest is None or not (record.passed and record.complete):
        return None
    built = (record.last_load, record.project, record.star)
    there = (manifest.newest_number(settings.home), project_hash(settings.project), star_identity(settings.star))
    if built != there or not settings.warehouse.is_file() or has_unfinished(settings) or _is_weekly(settings, record):
        return None
    if held := hold.hold_of(settings.serving):
        return Published(held.version, "held", settings.serving / files.LINK)
    if not newest.is_current or (newest.loads, newest.project) != built[:2]:
        return None
    return Published(newest.version, "kept", settings.serving / files.LINK)


def _is_weekly(settings: Settings, record: BuildRecord) -> bool:
    now = datetime.now().astimezone()  # the day that DuckDB means by current_date
    tested = datetime.fromisoformat(record.finished_at).astimezone().date()
    return settings.full_tests == "sunday" and now.isoweekday() == SUNDAY and tested < now.date()
