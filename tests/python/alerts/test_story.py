"""A stopped delivery, an outage, data too old: told with owner and what to do, and said to be over when fixed."""

import json
import shutil
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock

from orchestration.alerts.settle import settle
from orchestration.alerts.state import history_file
from orchestration.cli.landing import land_range
from orchestration.errors import GateError
from orchestration.ingest import partition
from orchestration.ops import star
from orchestration.progress import silent
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


def rejected(house: House) -> list[tuple[str, bool]]:
    """The gates of the stopped deliveries, and whether each is open, as `ops` has them."""
    with duckdb.connect() as connection:
        star.make_tables(connection)
        star.fill_loads(connection, house.config.home)
        rows = "select gate, is_open from ops.rejected_delivery order by rejected_at"
        return connection.execute(rows).fetchall()


@pytest.mark.parametrize("is_fetched", [True, False])
def test_a_landed_day_that_is_refused_again_is_over_when_its_file_is_restored(house: House, is_fetched: bool) -> None:
    house.land()
    file, good = break_day(house, 0)
    for _ in range(2):
        assert house.land() is not None
        house.settle()
    assert rejected(house) == [("schema", True), ("schema", True)]
    file.write_text(good)
    if is_fetched:
        assert house.land() is None
    else:  # a night: the day has what was landed, so that nothing is due
        assert land_range(house.config, None, None, START, silent) == ([], 0)
    for _ in range(2):
        house.settle()
    assert house.open.open == {}
    assert [head[2:] for head in house.got.heads] == [
        "open: delivery stopped: shop.sales (schema)",
        "resolved: delivery stopped: shop.sales (schema)",
    ]
    assert rejected(house) == [("schema", False), ("schema", False)]
    assert len((house.config.home / "bronze" / "rejected.jsonl").read_text().splitlines()) == 3
    file.write_text(good.replace("amount", "amounts"))
    house.land()
    house.settle()
    assert len(house.open.open) == 1, "a new one"
    assert rejected(house) == [("schema", False), ("schema", False), ("schema", True)]


def test_a_refused_file_that_is_away_locked_or_another_one_is_not_restored(house: House) -> None:
    house.land()
    file, good = break_day(house, 0)
    house.land()
    lock = file.with_name(f"~${file.name}")
    for text in (None, good.replace("sku1", "sku7"), good + "\n"):
        file.unlink(missing_ok=True) if text is None else file.write_text(text)
        assert len(house.settle().open) == 1
    file.write_text(good)
    lock.touch()
    assert len(house.settle().open) == 1
    lock.unlink()
    with FileLock(house.config.home / ".lock"):  # another process lands just now
        assert len(house.settle().open) == 1
    assert house.settle().open == {}
    assert house.said == []


def test_a_landed_file_that_is_itself_refused_later_stays_so_until_it_passes(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise GateError("a new rule is broken", "the contract", "correct one of them", "rule")

    house.land()
    with monkeypatch.context() as patch:
        patch.setattr(partition, "check_shares", refuse)
        assert house.land() is not None
    for _ in range(2):
        assert len(house.settle().open) == 1, "its file is as it was landed, and was all the time"
    assert house.land() is None
    assert house.settle().open == {}
    assert rejected(house) == [("rule", False)]


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
