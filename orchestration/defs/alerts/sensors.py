"""Tells what is wrong at the end of runs that Dagster started by itself; `ghala run` does it for its own.

On from the start: without a webhook or a mail server it only keeps the incidents.
"""

from datetime import UTC, datetime

import dagster as dg

from orchestration.alerts.model import Ending
from orchestration.alerts.settle import settle
from orchestration.config import settings
from orchestration.dagster_instance import reap
from orchestration.redact import redact

FROM, TERMINAL = "ghala/from", "terminal"


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Incidents after a run that went well: what is fixed is said to be, what is odd is told.",
)
def alerts_on_success(context: dg.RunStatusSensorContext) -> dg.SkipReason | None:
    return _tell(context, None, "")


@dg.run_failure_sensor(
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Incidents after a run that stopped: what stopped it, who answers for it, what to do next.",
)
def alerts_on_failure(context: dg.RunFailureSensorContext) -> dg.SkipReason | None:
    what, step = _cause(context)
    return _tell(context, what, step)


@dg.sensor(
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=120,
    description="Runs whose process is gone are marked as failed: they would keep all later ones in the queue.",
)
def dead_runs(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    dead = reap(context.instance)
    return dg.SkipReason(f"marked as failed: {', '.join(dead)}" if dead else "no run has lost its process")


def _tell(context: dg.RunStatusSensorContext, error: str | None, step: str) -> dg.SkipReason | None:
    run = context.dagster_run
    if run.tags.get(FROM) == TERMINAL:
        return dg.SkipReason("ghala run tells of its own runs")
    stats = context.instance.get_run_stats(run.run_id)
    ending = Ending(run.run_id, _iso(stats.start_time or stats.launch_time), _iso(stats.end_time), error, step)
    settle(settings(), ending, context.log.warning)
    return None


def _cause(context: dg.RunFailureSensorContext) -> tuple[str, str]:
    """What stopped the run, and what to do next: of the step that failed first, as `as_failure` has put it."""
    for event in context.get_step_failure_events():
        data = event.step_failure_data
        if data.user_failure_data and data.user_failure_data.description:
            step = data.user_failure_data.metadata.get("next")
            return _line(data.user_failure_data.description), redact(str(step.value)) if step else ""
        if data.error:
            return _line(data.error.message), ""
    return _line(context.failure_event.message or "the run failed"), ""


def _line(text: str) -> str:
    return redact(next((line.strip() for line in text.splitlines() if line.strip()), "the run failed"))


def _iso(seconds: float | None) -> str:
    moment = datetime.now(UTC) if seconds is None else datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="microseconds")
