"""When the house runs by itself. Off until somebody switches it on: a laptop sleeps at night."""

from datetime import datetime, timedelta

import dagster as dg

from orchestration.defs.sources.jobs import daily as daily_job


def day_of(tick: datetime) -> str:
    """The partition of a tick: the day before it, which is over."""
    return (tick.date() - timedelta(days=1)).isoformat()


@dg.schedule(
    name="daily",
    job=daily_job,
    cron_schedule="0 2 * * *",  # 05:00 in Nairobi: stock counts of the day arrive until midnight there, 21:00 UTC
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Yesterday, every night at 02:00 UTC.",
)
def daily(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    day = day_of(context.scheduled_execution_time)
    return dg.RunRequest(run_key=day, partition_key=day)
