"""What is wrong, read from what Ghala records: runs, stopped deliveries, outages, freshness. Pure functions."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from orchestration.alerts.model import Ending, Incident, Sighting, View
from orchestration.ingest.model import Contract
from orchestration.ops.failing_rows import in_words

Record = Mapping[str, Any]
Loaded = Mapping[tuple[str, str, date], str]  # when a partition was last as it should be: landed, or its files back
NOT_RUN = ("skipped", "error", "runtime error")
OF_DBT = ("model", "test", "anomaly")
NOW = ("delivery", "outage", "freshness")  # kinds of which every look sees all there is
PLATFORM = "platform"
ENDLESS = 1e100  # a band without an end has 1e300 there


@dataclass(frozen=True)
class Routes:
    """Who answers: contracts by source.table, and (owner, channel) of a domain."""

    contracts: Mapping[str, Contract]
    domains: Mapping[str, tuple[str, str]]

    def of(self, table: str, domain: str | None, owner: str | None = None) -> dict[str, str]:
        """Owner and channel of a source table by its contract, of anything else by its domain."""
        if contract := self.contracts.get(table):
            return {"owner": contract.owner, "channel": contract.channel}
        whose, channel = self.domains.get(domain or PLATFORM, self.domains.get(PLATFORM, (PLATFORM, "")))
        return {"owner": owner or whose, "channel": channel}


def of_run(document: Record, routes: Routes, run_id: str = "") -> View:
    """A run of the history: what it stopped at, what its tests found. `run_id` is Dagster's."""
    run = document["run"]
    ended = {"at": _iso(run["finished_at"] or run["started_at"]), "mark": run["run_id"], "run_id": run_id}
    if run["outcome"] not in ("passed", "failed"):
        what = f"a {run['kind']} ended as {run['outcome']}: {run['message'] or 'no message'}"
        step = "the previous version stays published; see logs/dbt.log, then: ghala run"
        who = routes.of("", PLATFORM)
        return View((Sighting("run", "build", "", 1, what=what, next_step=step, **who, **ended),), lambda _: False)
    status = {node["node_id"]: node["status"] for node in document["run_node"]}

    def judges(incident: Incident) -> bool:
        if incident.kind not in OF_DBT:
            return incident.kind == "run" and incident.subject == "build"
        found = status.get(incident.node)
        return bool(run["is_complete"]) if found is None else found not in NOT_RUN

    anomalies = tuple(_anomalies(document, routes, ended))
    watching = {sighting.node for sighting in anomalies}
    tests = (test for test in document["dq_result"] if test["test_id"] not in watching)
    bad = (test for test in tests if test["status"] not in ("pass", "success", "skipped"))
    models = (n for n in document["run_node"] if n["kind"] not in ("test", "unit_test") and _is_broken(n["status"]))
    return View(
        (
            *(_test(test, routes, ended) for test in bad),
            *(_model(node, routes, ended) for node in models),
            *anomalies,
        ),
        judges,
    )


def of_now(
    *,
    rejected: Iterable[Record],
    outages: Iterable[Record],
    freshness: Iterable[Record],
    loaded: Loaded,
    routes: Routes,
    now: datetime,
    ending: Ending | None = None,
    explained: bool = False,
) -> View:
    """What is wrong now, besides what dbt finds. `explained`: what stopped the run is an incident already."""
    sightings = [
        *(_delivery(line, routes) for line in rejected if _is_open(line, "rejected_at", loaded)),
        *(_outage(line, routes) for line in outages if _is_open(line, "failed_at", loaded)),
    ]
    stopped = {sighting.subject for sighting in sightings}  # that they grow old as well need not be said
    stale = (_stale(row, routes, now) for row in freshness if row["status"] == "stale")
    sightings += [sighting for sighting in stale if sighting.subject not in stopped]
    failed = ending is not None and ending.error is not None
    here = ending is not None and any(sighting.run_id == ending.run_id for sighting in sightings)
    if ending is not None and failed and not here and not explained:
        sightings.append(_failure(ending, routes))
    went_well = ending is not None and not failed

    def judges(one: Incident) -> bool:
        if one.kind in NOW:
            return not (one.kind == "freshness" and one.subject in stopped)
        return went_well and one.kind == "run" and one.subject == "job"

    return View(tuple(sightings), judges)


def _test(test: Record, routes: Routes, ended: Mapping[str, str]) -> Sighting:
    name, rows = test["test_name"], test["failures"] or 0
    found = f"{rows:,} row{'' if rows == 1 else 's'}" if rows else test["message"] or test["status"]
    blocks = test["tier"] == 1
    fate = "nothing was published, readers keep the version they have" if blocks else "it was published all the same"
    step = f"see the rows: dbt show --select {name}; correct the source or the model, then: ghala run"
    return Sighting(
        "test",
        name,
        "",
        test["tier"] or 1,
        what=f"{in_words(name)}: {found}; {fate}",
        next_step=step,
        node=test["test_id"],
        **routes.of("", test["domain"], test["owner"]),
        **ended,
    )


def _model(node: Record, routes: Routes, ended: Mapping[str, str]) -> Sighting:
    name = node["node_name"]
    what = f"{name} could not be built: {node['message'] or node['status']}"
    step = "readers keep the version they have; correct the model, then: ghala build"
    route = routes.of("", node["domain"])
    return Sighting("model", name, "", 1, what=what, next_step=step, node=node["node_id"], **route, **ended)


def _anomalies(document: Record, routes: Routes, ended: Mapping[str, str]) -> Iterator[Sighting]:
    """One per table, measure and series: of its flagged days the last one."""
    domains = {node["node_name"]: node["domain"] for node in document["run_node"]}
    found: dict[tuple[str, ...], list[Record]] = defaultdict(list)
    for row in document["dq_metric"]:
        if row["reason"] is not None:
            found[row["table_name"], row["metric"], row["series"]].append(row)
    for (table, metric, series), rows in found.items():
        row = max(rows, key=lambda one: str(one["bucket_date"]))
        band = f"expected {_number(row['low'])} to {_number(row['high'])}"
        days = f" and {len(rows) - 1} more days" if len(rows) > 1 else ""
        yield Sighting(
            "anomaly",
            table,
            f"{metric} of {series}",
            3,
            what=f"{metric} of {table} ({series}) on {row['bucket_date']}{days}: {_number(row['value'])}, {band}: "
            f"{row['reason']}",
            next_step="look at ops.dq_metric; a day that was right gets a label in seeds/ref_incident_labels.csv",
            node=row["test_id"],
            **routes.of(table, domains.get(table)),
            **ended,
        )


def _delivery(line: Record, routes: Routes) -> Sighting:
    key, gate = f"{line['source']}.{line['table']}", line["gate"]
    steps = {
        "schema": f"see it: ghala contract diff {key}; if it is meant: ghala contract accept {key}; then: ghala run",
        "breaker": "ask the owner of the source for a corrected delivery, then: ghala run",
        "rule": "ask the owner of the source for a corrected delivery, then: ghala run",
        "delivery": "wait for the delivery or ask for it again, then: ghala run",
    }
    return Sighting(
        "delivery",
        key,
        gate,
        1,
        what=f"{line['message']} (day {line['logical_date']}, {line['origin']})",
        next_step=f"the previous data stay; {steps.get(gate, steps['delivery'])}",
        at=line["rejected_at"],
        mark=line["rejected_at"],
        run_id=line["run_id"],
        **(routes.of(key, None) | ({"owner": line["owner"]} if line["owner"] else {})),
    )


def _outage(line: Record, routes: Routes) -> Sighting:
    key = f"{line['source']}.{line['table']}"
    return Sighting(
        "outage",
        key,
        "",
        2,
        what=f"{line['message']} (day {line['logical_date']})",
        next_step="the previous data stay and are marked as stale; the day lands by itself when the source is back",
        at=line["failed_at"],
        mark=line["failed_at"],
        run_id=line.get("run_id") or "",
        **(routes.of(key, None) | ({"owner": line["owner"]} if line.get("owner") else {})),
    )


def _stale(row: Record, routes: Routes, now: datetime) -> Sighting:
    key = f"{row['source_name']}.{row['table_name']}"
    return Sighting(
        "freshness",
        key,
        "",
        3,
        what=f"{key} is {row['age_hours']:,.0f} h old (newest day {row['newest_day']}), "
        f"promised: at most {row['error_hours']} h",
        next_step="ask the owner of the source for the missing days, then: ghala run",
        at=now.isoformat(timespec="seconds"),
        mark=now.date().isoformat(),  # once a day: every look would see it
        **routes.of(key, None),
    )


def _failure(ending: Ending, routes: Routes) -> Sighting:
    step = ending.next_step or "see the run, then: ghala run"
    at = ending.ended_at
    return Sighting(
        "run",
        "job",
        "",
        1,
        what=f"the run stopped: {ending.error}",
        next_step=step,
        at=at,
        mark=at,
        run_id=ending.run_id,
        **routes.of("", PLATFORM),
    )


def _is_open(line: Record, since: str, loaded: Loaded) -> bool:
    """A partition is open until a load of it was committed, or its landed files were back, after it had failed."""
    there = loaded.get((line["source"], line["table"], date.fromisoformat(line["logical_date"])))
    return there is None or _moment(there) <= _moment(line[since])


def _is_broken(status: str) -> bool:
    return status in ("error", "runtime error", "fail", "partial success")


def _number(value: float | None) -> str:
    if value is None:
        return "nothing"
    if abs(value) > ENDLESS:
        return "anything"
    return f"{value:,.4g}" if abs(value) < 1 else f"{value:,.0f}"


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _iso(text: str) -> str:
    return _moment(text).isoformat(timespec="seconds")
