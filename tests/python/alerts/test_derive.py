"""What a run of the history says is wrong, and what it can say is fixed."""

from typing import Any

import pytest

from orchestration.alerts.derive import Routes, of_now, of_run
from orchestration.alerts.fold import fold
from orchestration.alerts.model import Ending, Rules, State
from tests.python.alerts.conftest import NOON

ROUTES = Routes({}, {"sales": ("sales@example.org", "#ghala-sales"), "platform": ("data@example.org", "#platform")})
Document = dict[str, Any]


def document(number: int, outcome: str = "passed", *, complete: bool = True, **nodes: str) -> Document:
    """A run with tests (t…, of tier 1 unless t2… or t3…) and models (anything else) by their status."""
    run_node = [
        {"node_id": f"id.{name}", "node_name": name, "kind": "test" if name[0] == "t" else "model", "domain": "sales",
         "status": status, "message": "it broke" if status == "error" else None}
        for name, status in nodes.items()
    ]  # fmt: skip
    tests = [
        node | {"test_id": node["node_id"], "test_name": node["node_name"], "owner": "sales-data",
                "tier": int(node["node_name"][1]) if node["node_name"][1:2] in ("2", "3") else 1,
                "failures": 4 if node["status"] in ("fail", "warn") else 0}
        for node in run_node if node["kind"] == "test"
    ]  # fmt: skip
    run = {"run_id": f"2026030{number}", "kind": "run", "outcome": outcome, "message": "out of memory",
           "is_complete": complete, "started_at": "2026-03-02 02:00:00", "finished_at": None}  # fmt: skip
    return {"run": run, "run_node": run_node, "dq_result": tests, "dq_metric": []}


def flagged(found: Document, **series: str | None) -> Document:
    """With what the test t3_watch kept: a series by what is wrong with its last day."""
    found["dq_metric"] = [
        {"test_id": "id.t3_watch", "table_name": "fct_sales", "metric": "row_count", "series": name, "reason": reason,
         "value": 1.0, "low": 7.0, "high": 1e300, "bucket_date": "2026-03-01"}
        for name, reason in series.items()
    ]  # fmt: skip
    return found


def after(*documents: Document) -> list[tuple[str, str, str]]:
    """(kind, subject, series) of what is open after these runs."""
    state = State()
    for one in documents:
        state, _ = fold(state, of_run(one, ROUTES), NOON, Rules())
    return sorted((one.kind, one.subject, one.series) for one in state.open.values())


def test_a_test_that_blocks_names_rows_owner_and_what_to_do() -> None:
    (sighting,) = of_run(document(1, "failed", t_keys="fail", fct_sales="success"), ROUTES, "r1").sightings
    assert (sighting.kind, sighting.tier, sighting.run_id) == ("test", 1, "r1")
    assert (sighting.owner, sighting.channel) == ("sales-data", "#ghala-sales")
    assert sighting.what == "t keys: 4 rows; nothing was published, readers keep the version they have"
    assert "dbt show --select t_keys" in sighting.next_step


@pytest.mark.parametrize(
    ("then", "left"),
    [
        (document(2, t_keys="pass"), False),
        (document(2), False),  # the test is gone, and everything was built
        (document(2, complete=False), True),
        (document(2, "failed", t_keys="skipped", fct_sales="error"), True),
        (document(2, "error"), True),
        (document(2, "failed", t_keys="fail"), True),
        (document(2, complete=False, t_keys="pass"), False),
    ],
)
def test_only_a_run_that_tried_a_test_again_can_say_that_it_is_fixed(then: Document, left: bool) -> None:
    assert (("test", "t_keys", "") in after(document(1, "failed", t_keys="fail"), then)) == left


def test_models_that_fail_and_builds_that_do_not_end_are_incidents_until_they_do() -> None:
    broken = document(1, "failed", fct_sales="error")
    assert after(broken) == [("model", "fct_sales", "")]
    assert after(broken, document(2, "killed")) == [("model", "fct_sales", ""), ("run", "build", "")]
    assert after(broken, document(2, "killed"), document(3, fct_sales="success")) == []


def test_an_anomaly_is_one_incident_per_series_and_its_test_is_none_of_its_own() -> None:
    odd = flagged(document(1, t3_watch="warn"), north="below what this day brings", south=None)
    assert after(odd) == [("anomaly", "fct_sales", "row_count of north")]
    (sighting,) = of_run(odd, ROUTES).sightings
    assert sighting.what == (
        "row_count of fct_sales (north) on 2026-03-01: 1, expected 7 to anything: below what this day brings"
    )
    other = flagged(document(2, t3_watch="warn"), north=None, south="above what this day brings")
    assert after(odd, other) == [("anomaly", "fct_sales", "row_count of south")]
    assert after(odd, document(2, "failed", t3_watch="skipped", fct_sales="error"))[0][0] == "anomaly"
    assert after(odd, flagged(document(2, t3_watch="pass"), north=None)) == []


def test_rules_that_only_warn_are_told_as_such() -> None:
    (sighting,) = of_run(document(1, t2_small="warn", t_keys="pass"), ROUTES).sightings
    assert (sighting.tier, "published all the same" in sighting.what) == (2, True)


@pytest.mark.parametrize(
    ("error", "explained", "kinds"), [("disk is full", False, ["run"]), ("disk is full", True, []), (None, False, [])]
)
def test_a_run_that_stops_for_no_reason_known_is_an_incident_until_one_goes_well(
    error: str | None, explained: bool, kinds: list[str]
) -> None:
    state = State()
    for number, (what, known) in enumerate([(error, explained), (None, False)]):
        at = f"2026-03-02T0{number}:00:00+00:00"
        view = of_now(
            rejected=[], outages=[], freshness=[], loaded={}, routes=ROUTES, now=NOON,
            ending=Ending("r1", at, at, what, "free some space"), explained=known,
        )  # fmt: skip
        state, _ = fold(state, view, NOON, Rules())
        assert [one.kind for one in state.open.values()] == (kinds if number == 0 else [])
        assert [one.next_step for one in state.open.values()] == (["free some space"] if kinds and not number else [])
