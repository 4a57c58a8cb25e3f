"""A stopped delivery, an outage, data too old: told with owner and what to do, and said to be over when fixed."""

import json
import shutil
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from orchestration.alerts.settle import settle
from orchestration.alerts.state import history_file
from orchestration.ops import star
from tests.python.alerts.conftest import NOON, PATH, House
from tests.python.publish.toy import START

TOUCHED = '{"source": "shop", "table": "sales", "logical_date": "2026-03-02", "message": "the shop does not answer", '


def break_day(house: House, day: int) -> tuple[Path, str]:
    on = house.toy.sell(day)
    file = house.toy.drop / f"{on}.csv"
    good = file.read_text()
    file.write_text(good.replace("amount", "amounts"))
    return file, good


def test_a_changed_schema_is_told_to_its_owner_with_the_command_and_resolved_when_it_lands(house: House) -> None:
    assert house.land() is None
    house.settle()
    assert house.got.posts == []
    file, good = break_day(house, 1)
    for _ in range(3):  # three nights, one message
        assert house.land(1) is not None
        house.settle()
    ((path, body),) = house.got.posts
    text = json.dumps(body)
    assert path == PATH
    assert body["text"].startswith("🔴 open: delivery stopped: shop.sales (schema)\n")
    assert body["channel"] == "#sales"
    assert "amina@example.org" in text
    assert "ghala contract accept shop.sales" in text
    assert "column 'amount' is missing (renamed to 'amounts'?)" in text
    assert {"header", "section"} <= {block["type"] for block in body["blocks"]}
    (incident,) = house.open.open.values()
    assert (incident.repeat_count, incident.tier, incident.owner) == (3, 1, "amina@example.org")
    file.write_text(good)
    assert house.land(1) is None
    house.settle()
    house.settle()
    assert len(house.got.posts) == 2
    assert house.got.heads[1] == "🟢 resolved: delivery stopped: shop.sales (schema)"
    assert "Seen: 3 times" in house.got.posts[1][1]["text"]
    assert house.open.open == {}


def test_a_landed_day_that_is_refused_again_is_open_until_something_newer_lands(house: House) -> None:
    house.land()
    break_day(house, 0)
    assert house.land() is not None
    house.settle()
    assert len(house.open.open) == 1
    house.toy.sell(0, (1, 2, 3))
    house.land()
    house.settle()
    assert house.open.open == {}


def test_the_history_becomes_a_table_with_a_row_per_incident(house: House) -> None:
    file, good = break_day(house, 0)
    for _ in range(2):
        house.land()
        house.settle()
    history_file(house.config.home).open("a").write('{"event": "torn')
    file.write_text(good)
    house.land()
    house.settle()
    break_day(house, 1)
    house.land(1)
    house.settle()
    with duckdb.connect() as connection:
        star.make_tables(connection)
        star.fill_loads(connection, house.config.home)
        rows = connection.execute(
            "select subject, series, owner, channel, tier, repeat_count, is_open, resolved_at::varchar,"
            " first_seen_at <= last_seen_at from ops.incident order by first_seen_at"
        ).fetchall()
    known = ("shop.sales", "schema", "amina@example.org", "#sales", 1)
    assert rows == [(*known, 2, False, "2026-03-02 12:00:00", True), (*known, 1, True, None, True)]


def test_an_outage_is_open_until_a_load_of_its_day_is_newer(house: House) -> None:
    house.toy.sell(1)
    outages = house.config.home / "bronze" / "outages.jsonl"
    outages.parent.mkdir()
    line = TOUCHED + '"owner": "amina@example.org", "run_id": "r1", "failed_at": "2026-03-02T02:00:00.000000+00:00"}\n'
    outages.write_text(line)
    house.land()
    house.settle()
    assert house.got.heads == ["🟠 open: source down: shop.sales"]
    assert "http://127.0.0.1:3000/runs/r1" in json.dumps(house.got.posts)
    house.land(1)
    house.settle()
    assert house.got.heads[1:] == ["🟢 resolved: source down: shop.sales"]


def test_data_beyond_the_promise_are_told_once_and_counted_by_day(house: House) -> None:
    house.land()
    for hours in (0, 90, 97, 98, 130):  # since the day after: the contract promises 96 h from its midnight
        house.settle(now=NOON + timedelta(hours=hours - 12))
    assert house.got.heads == ["🟡 open: data too old: shop.sales"]
    assert [incident.repeat_count for incident in house.open.open.values()] == [2]
    house.toy.sell(5)
    house.land(5)
    house.settle(now=NOON + timedelta(hours=118))
    assert house.got.heads[1:] == ["🟢 resolved: data too old: shop.sales"]


def test_that_a_stopped_table_grows_old_is_not_said_and_not_said_to_be_over(house: House) -> None:
    house.land()
    late = NOON + timedelta(hours=200)
    house.settle(now=late)
    break_day(house, 1)
    house.land(1)
    house.settle(now=late)
    assert [head[2:] for head in house.got.heads] == [
        "open: data too old: shop.sales",
        "open: delivery stopped: shop.sales (schema)",
    ]
    assert {one.kind: one.repeat_count for one in house.open.open.values()} == {"freshness": 1, "delivery": 1}
    shutil.rmtree(house.config.home / "alerts")
    house.settle(now=late)
    assert [one.kind for one in house.open.open.values()] == ["delivery"]


def test_lines_of_a_table_without_a_contract_are_nobodys(house: House) -> None:
    outages = house.config.home / "bronze" / "outages.jsonl"
    outages.parent.mkdir()
    outages.write_text(TOUCHED.replace("sales", "gone") + '"owner": "", "run_id": "", "failed_at": "2026-03-02"}\n{"x')
    house.settle()
    assert house.open.open == {}


def test_the_window_of_a_contract_is_the_first_and_the_last_day_it_was_seen(house: House) -> None:
    break_day(house, 0)
    house.land()
    house.land()
    house.settle()
    (incident,) = house.open.open.values()
    lines = [json.loads(line) for line in (house.config.home / "bronze" / "rejected.jsonl").read_text().splitlines()]
    assert (incident.first_seen_at, incident.last_seen_at) == (lines[0]["rejected_at"], lines[1]["rejected_at"])
    assert START.isoformat() in incident.what


@pytest.mark.parametrize("which", ["state.json", "rejected.jsonl"])
def test_what_cannot_be_read_is_said_and_fails_nothing(house: House, which: str) -> None:
    break_day(house, 0)
    house.land()
    folder = house.config.home / ("alerts" if which == "state.json" else "bronze")
    folder.mkdir(exist_ok=True)
    (folder / which).write_text('{"open": 1}\n')
    after = settle(house.config, None, house.said.append, NOON)
    assert (after is None) == (which == "state.json")
    assert len(house.said) == (which == "state.json")
