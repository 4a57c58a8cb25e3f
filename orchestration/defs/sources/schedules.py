"""When the house runs by itself. Off until somebody switches it on: a laptop sleeps at night."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import dagster as dg

from orchestration.calendar_day import believed
from orchestration.config import settings as current_settings
from orchestration.contracts import contracts_of
from orchestration.defaults import DEFAULT_START
from orchestration.defs.sources.jobs import daily as daily_job
from orchestration.ingest.manifest import LoadRecord, read
from orchestration.ingest.model import Contract
from orchestration.ingest.redelivery import due
from orchestration.run import only_missing, run_tags


def day_of(tick: datetime) -> date:
    """The day of a tick: the one before it, which is over."""
    return tick.date() - timedelta(days=1)


def request(contracts: Sequence[Contract], records: Sequence[LoadRecord], start: date, day: date) -> dg.RunRequest:
    """A run through `day` that also lands what earlier runs could not get: a range whose landed days are skipped."""
    days = [missing for _, missing in due(records, contracts, start, day)]
    sources = {contract.source for contract in contracts}
    return dg.RunRequest(run_key=day.isoformat(), run_config=only_missing(sources), tags=run_tags([*days, day]))


@dg.schedule(
    name="daily",
    job=daily_job,
    cron_schedule="0 2 * * *",  # 05:00 in Nairobi: stock counts of the day arrive until midnight there, 21:00 UTC
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Yesterday and the days that are missing before it, every night at 02:00 UTC.",
)
def daily(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    settings = current_settings()
    contracts = contracts_of(settings.contracts)
    start = settings.start_date or DEFAULT_START
    records = read(settings.home)
    return request(contracts, records, start, believed(day_of(context.scheduled_execution_time), records))
