"""Records a run after dbt has ended: what it did goes into the history, and from there into the star."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from orchestration.config import Settings
from orchestration.contracts import contracts_of
from orchestration.dbt import manifest
from orchestration.dbt.arguments import BuildRequest
from orchestration.dbt.outcome import Node, Outcome
from orchestration.ops import failing_rows, figures, files, freshness, punctuality, shape, staleness_tables, star

TOLD = 500  # characters of a message


@dataclass(frozen=True)
class Occasion:
    """What a run knows of itself before dbt starts. `kind` is build, run or rebuild; seconds by phase."""

    kind: str
    started_at: datetime
    request: BuildRequest
    last_load: int
    project: str
    landing_seconds: float = 0.0

    @property
    def run_id(self) -> str:
        return files.run_id(self.started_at)


def keep(settings: Settings, occasion: Occasion, outcome: Outcome) -> None:
    """Record a run that dbt has ended, whether it passed or not."""
    now = datetime.now(UTC)
    with star.open_star(settings.star, settings.warehouse) as connection:
        star.make_tables(connection)
        star.fill_loads(connection, settings.home)
        staleness_tables.fill(connection, settings.home, manifest.written(settings))
        built = [node.relation for node in outcome.nodes if node.relation and _is_built(node)]
        counts = star.row_counts(connection, built)
        contracts = contracts_of(settings.contracts)
        history = files.known(settings.home)
        star.fill_runs(connection, history)
        run = _run(occasion, now) | figures.of_run(connection, contracts, occasion.last_load)
        run |= {
            "outcome": "passed" if outcome.passed else "failed",
            "invocation_id": outcome.invocation,
            "node_count": len(outcome.nodes),
            "building_seconds": outcome.seconds,
            "total_seconds": round(occasion.landing_seconds + outcome.seconds, 2),
        }
        run |= punctuality.of_run(run, punctuality.earlier(connection))
        document = {
            "run": run,
            "run_node": [_node(node, counts) for node in outcome.nodes],
            "dq_result": [_test(node) for node in outcome.nodes if node.is_test],
            "dq_metric": [row for node in outcome.nodes if _is_watching(node) for row in _metrics(connection, node)],
            "dq_failing_row": failing_rows.of_tests(
                connection,
                [node for node in outcome.nodes if not _is_watching(node)],
                failing_rows.masked_columns(contracts),
                settings.project,
            ),
            "freshness": freshness.of_contracts(contracts, star.newest(connection), now),
        }
        file = files.keep(settings.home, document)
        star.fill_runs(connection, {**history, run["run_id"]: file})


def keep_without_end(settings: Settings, occasion: Occasion, outcome: str, message: str) -> None:
    """Record a run that dbt did not end (`stopped` before, `error`, `killed`); the tables get it with the next one."""
    run = _run(occasion, None if outcome == "killed" else datetime.now(UTC))
    run |= {"outcome": outcome, "message": message[:TOLD], "node_count": 0}
    run |= punctuality.of_run(run, punctuality.earlier_of_files(settings.home))
    files.keep(settings.home, {"run": run} | {table: [] for table in shape.DOCUMENT if table != "run"})


def _run(occasion: Occasion, finished_at: datetime | None) -> dict[str, Any]:
    request = occasion.request
    return {
        "run_id": occasion.run_id,
        "kind": occasion.kind,
        "project_hash": occasion.project,
        "selection": " ".join((*request.select, *(f"-{name}" for name in request.exclude))),
        "last_load": occasion.last_load,
        "landing_seconds": round(occasion.landing_seconds, 2),
        "is_complete": request.complete,
        "is_full_refresh": request.full_refresh,
        "started_at": _utc(occasion.started_at),
        "finished_at": finished_at and _utc(finished_at),
    }


def _node(node: Node, counts: Mapping[str, int]) -> dict[str, Any]:
    return {
        "node_id": node.unique_id,
        "node_name": node.name,
        "kind": node.kind,
        "domain": node.domain,
        "status": node.status,
        "message": _message(node),
        "relation": None if node.is_test else node.relation,
        "seconds": node.seconds,
        "row_count": counts.get(node.relation or ""),
    }


def _test(node: Node) -> dict[str, Any]:
    return {
        "test_id": node.unique_id,
        "test_name": node.name,
        "kind": node.kind,
        "domain": node.domain,
        "status": node.status,
        "message": _message(node),
        "owner": node.owner,
        "tier": node.tier,
        "invariant": node.invariant,
        "failures": node.failures,
        "seconds": node.seconds,
    }


def _metrics(connection: star.Connection, node: Node) -> list[dict[str, Any]]:
    """What a test of tier 3 expected of each bucket that it kept (its argument keep: tested, with store_failures)."""
    return [{"test_id": node.unique_id} | row for row in star.metrics(connection, str(node.relation))]


def _is_watching(node: Node) -> bool:
    return node.is_test and node.tier == 3 and bool(node.relation) and node.status in ("pass", "warn")  # noqa: PLR2004


def _message(node: Node) -> str | None:
    return node.message[:TOLD] if node.bad or node.status == "warn" else None


def _is_built(node: Node) -> bool:
    return not node.is_test and node.status == "success"


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")


def seconds_of(phases: Mapping[str, float], prefix: str) -> float:
    """Seconds of the phases whose names begin alike."""
    return sum(seconds for phase, seconds in phases.items() if phase.startswith(prefix))
