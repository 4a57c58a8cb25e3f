"""Snapshots made anew from bronze: what a dbt project cannot do elsewhere, because there the states are gone."""

from orchestration.build import build
from orchestration.config import Settings
from orchestration.dbt.arguments import BuildRequest, command
from orchestration.dbt.outcome import Outcome
from orchestration.dbt.runner import invoke
from orchestration.lock import writer
from orchestration.progress import Tell

OPERATION = "rebuild_snapshots"  # the macro that rewrites every snapshot table from the versions in bronze


def rebuild(settings: Settings, tell: Tell) -> Outcome:
    """Rebuild every snapshot, then everything downstream. Raises GhalaError as a build does."""
    with writer(settings.home):
        invoke(settings, command(settings, "run-operation", OPERATION), tell, "rebuild")
        return build(settings, BuildRequest(), tell, kind="rebuild")
