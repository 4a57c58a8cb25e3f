"""Reads what Ghala has recorded, as views for the fold."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import yaml

from orchestration.alerts.derive import Record, Routes, of_now, of_run
from orchestration.alerts.model import Ending, State, View
from orchestration.config import Settings
from orchestration.contracts import contracts_of
from orchestration.ingest import lines, manifest, outages, rejections
from orchestration.ops import files, freshness


def views(settings: Settings, state: State, now: datetime, ending: Ending | None) -> tuple[list[View], str]:
    """What the runs since the last look and the present state show, oldest first; and the last of those runs.

    Of a home whose runs nobody has looked at, only the last one counts: what was wrong before is history.
    """
    routes = _routes(settings)
    history = files.known(settings.home)
    fresh = [run for run in history if run > state.last_run] if state.last_run else sorted(history)[-1:]
    # What stopped a run at landing is an incident of its own, in _now.
    documents = [one for one in (files.read(history[run]) for run in fresh) if one["run"]["outcome"] != "stopped"]
    run_id = ending.run_id if ending else ""
    found = [of_run(document, routes, run_id if _is_of(document, ending) else "") for document in documents]
    explained = any(_is_of(document, ending) and document["run"]["outcome"] != "passed" for document in documents)
    found.append(_now(settings, routes, now, ending, explained))
    return found, max(fresh, default=state.last_run)


def _now(settings: Settings, routes: Routes, now: datetime, ending: Ending | None, explained: bool) -> View:
    current = manifest.current(manifest.read(settings.home))
    newest: dict[tuple[str, str], dict[str, Any]] = {}
    for (source, table, day), record in current.items():
        if (source, table) not in newest or newest[source, table]["logical_date"] < day:
            newest[source, table] = {"logical_date": day, "landed_at": record.loaded_at, "cursor": record.max_cursor}
    contracts = contracts_of(settings.contracts)
    deliveries = rejections.read(settings.home)
    again = rejections.withdrawn(deliveries)
    return of_now(
        rejected=_promised((line for line in deliveries if "rejected_at" in line), routes),
        outages=_promised(lines.read(outages.file_of(settings.home)), routes),
        freshness=freshness.of_contracts(contracts, newest, now),
        loaded={key: max(record.loaded_at, again.get(key, "")) for key, record in current.items()},
        routes=routes,
        now=now,
        ending=ending,
        explained=explained,
    )


def _promised(records: Iterable[Record], routes: Routes) -> Iterator[Record]:
    """Lines of tables that still have a contract: nobody waits for the day of another one."""
    return (line for line in records if f"{line.get('source')}.{line.get('table')}" in routes.contracts)


def _is_of(document: dict[str, Any], ending: Ending | None) -> bool:
    """Whether dbt ran within the run that has just ended."""
    if ending is None:
        return False
    started = datetime.fromisoformat(f"{document['run']['started_at']}+00:00")
    return datetime.fromisoformat(ending.started_at) <= started <= datetime.fromisoformat(ending.ended_at)


def _routes(settings: Settings) -> Routes:
    """A domain's owner and channel are those of its dbt group, else of a contract of it."""
    contracts = {contract.key: contract for contract in contracts_of(settings.contracts)}
    domains = {contract.domain: (contract.owner, contract.channel) for contract in contracts.values()}
    for file in sorted((settings.project / "models").rglob("_groups.yml")):
        for group in yaml.safe_load(file.read_text()).get("groups", []):
            owner = group.get("owner", {})
            channel = group.get("config", {}).get("meta", {}).get("channel", "")
            domains[group["name"]] = (owner.get("email") or owner.get("name") or "", channel)
    return Routes(contracts, domains)
