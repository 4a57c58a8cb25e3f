"""The asset graph as data: what a review of a change of the graph looks at.

Write it again after a change that is meant: python -m tests.python.dagster.asset_graph
"""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import dagster as dg

from orchestration.config import Settings, settings
from orchestration.defs.assemble import assemble

SNAPSHOT = Path(__file__).with_name("asset_graph.json")


def graph(definitions: dg.Definitions) -> dict[str, Any]:
    """Assets with upstreams and checks, jobs, schedules, sensors; nothing that depends on the day or the machine."""
    resolved = definitions.resolve_asset_graph()
    assets = {}
    for key in sorted(resolved.get_all_asset_keys(), key=lambda key: key.to_user_string()):
        node = resolved.get(key)
        checks = sorted(check.name + (" blocks" if resolved.get(check).blocking else "") for check in node.check_keys)
        assets[key.to_user_string()] = {
            "group": node.group_name,
            "owners": list(node.owners),
            "partitioned": node.partitions_def is not None,
            "upstream": sorted(parent.to_user_string() for parent in node.parent_keys),
            "checks": checks,
        }
    repository = definitions.get_repository_def()
    return {
        "jobs": sorted(job.name for job in repository.get_all_jobs() if not job.name.startswith("__")),
        "schedules": {
            schedule.name: f"{schedule.cron_schedule} {schedule.execution_timezone} {schedule.default_status.value}"
            for schedule in repository.schedule_defs
        },
        "sensors": {sensor.name: sensor.default_status.value for sensor in repository.sensor_defs},
        "assets": assets,
    }


def project_graph(home: Path) -> dict[str, Any]:
    """The graph of this repository's project, in a home without data."""
    given = settings()
    return graph(assemble(Settings(home=home, project=given.project, start_date=None)))


def main() -> None:
    """Write the snapshot."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["GHALA_HOME"] = home
        SNAPSHOT.write_text(json.dumps(project_graph(Path(home)), indent=1) + "\n")


if __name__ == "__main__":
    main()
