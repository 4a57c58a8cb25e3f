"""JSON lines with paths: values at any depth, with the digits that were written."""

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from orchestration.errors import ConfigError, GateError
from orchestration.ingest.extract import json_lines
from orchestration.ingest.json_path import JsonPath
from tests.python.ingest.project import Project, sales

STK = "Body.stkCallback"
ITEM = f"{STK}.CallbackMetadata.Item"
LOCAL = {"format": "yyyyMMddHHmmss"}
CALLBACKS: dict[str, dict[str, Any]] = {
    "checkout_request_id": {"type": "VARCHAR", "physicalName": f"{STK}.CheckoutRequestID", "primaryKey": True},
    "result_code": {"type": "INTEGER", "physicalName": f"{STK}.ResultCode", "required": True},
    "result_desc": {"type": "VARCHAR", "physicalName": f"{STK}.ResultDesc"},
    "amount": {"type": "DECIMAL(18,2)", "physicalName": f"{ITEM}[Amount]"},
    "receipt_number": {"type": "VARCHAR", "physicalName": f"{ITEM}[MpesaReceiptNumber]"},
    "paid_at": {"type": "TIMESTAMP", "physicalName": f"{ITEM}[TransactionDate]", "logicalTypeOptions": LOCAL},
    "phone": {"type": "VARCHAR", "physicalName": f"{ITEM}[PhoneNumber]"},
    "received_at": {"type": "TIMESTAMP", "physicalName": "ReceivedAt"},
}
JSONL = {"path": "*.jsonl", "format": "jsonl", "timezone": "Africa/Nairobi", "cursor": "received_at"}
RECEIVED = '"ReceivedAt": "2026-03-10T08:00:05Z"'
PAID = (
    '{"Body": {"stkCallback": {"CheckoutRequestID": "ws_1", "ResultCode": 0, "ResultDesc": "ok: 1.50, done",'
    ' "CallbackMetadata": {"Item": [{"Name": "Amount", "Value": 1.00},'
    ' {"Name": "MpesaReceiptNumber", "Value": "NLJ7RT61SV"}, {"Name": "Balance"},'
    ' {"Name": "TransactionDate", "Value": 20191219102115}, {"Name": "PhoneNumber", "Value": 254708374149}]}}},'
    f" {RECEIVED}}}\n"
)
FAILED = (
    '{"Body": {"stkCallback": {"CheckoutRequestID": "ws_2", "ResultCode": 1032, "ResultDesc": "cancelled"}},'
    f" {RECEIVED}}}\n"
)


def callbacks(folder: Path, text: str, **options: Any) -> Project:
    project = sales(folder, None, columns=CALLBACKS, extraction=JSONL, **options)
    project.send(text, "a.jsonl")
    return project


def test_a_callback_lands_with_its_elements_and_one_without_metadata_has_nulls(tmp_path: Path) -> None:
    project = callbacks(tmp_path, PAID + "\n" + FAILED)
    (record,) = project.land()
    paid, failed = project.rows(record).rows(named=True)
    assert paid == {
        "checkout_request_id": "ws_1",
        "result_code": 0,
        "result_desc": "ok: 1.50, done",
        "amount": Decimal("1.00"),
        "receipt_number": "NLJ7RT61SV",
        "paid_at": datetime(2019, 12, 19, 7, 21, 15),
        "phone": "254708374149",
        "received_at": datetime(2026, 3, 10, 8, 0, 5),
    }, "local numbers become UTC, and a time with a zone keeps it, in one contract"
    assert [failed[name] for name in ("amount", "receipt_number", "paid_at", "phone")] == [None] * 4
    assert failed["result_code"] == 1032 and record.quarantined == 0


def test_a_day_of_failures_only_is_no_drift(tmp_path: Path) -> None:
    (record,) = callbacks(tmp_path, FAILED).land()
    assert record.rows == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (FAILED.replace("ResultCode", "ResultKode"), "ResultCode' is missing (renamed to 'ResultKode'?)"),
        (FAILED.replace('"Body"', '"body"'), "column 'Body' is missing (renamed to 'body'?); column 'body' is new"),
        (FAILED.replace(RECEIVED, f'{RECEIVED}, "Gateway": 7'), "column 'Gateway' is new"),
        (PAID.replace('"ws_1"', '{"id": "ws_1"}'), "CheckoutRequestID' came as object and is no VARCHAR"),
        (f'{{"Body": "none", {RECEIVED}}}\n', "'Body' is no object any more"),
        (PAID.replace('"Item": [', '"Item": [3], "Items": ['), "Item' is no list of Name and Value"),
    ],
)
def test_a_key_that_is_gone_new_or_of_another_kind_blocks_with_words(tmp_path: Path, text: str, words: str) -> None:
    project = callbacks(tmp_path, text)
    with pytest.raises(GateError) as caught:
        project.land()
    assert words in caught.value.what and caught.value.where == str(project.drop / "a.jsonl")


def test_dropped_keys_are_no_drift_and_do_not_land(tmp_path: Path) -> None:
    text = FAILED.replace(RECEIVED, f'{RECEIVED}, "FirstName": "Asha"')
    project = callbacks(tmp_path, text, custom={"dropColumns": ["FirstName"]})
    (record,) = project.land()
    assert "Asha" not in str(project.rows(record).to_dicts())


def test_an_empty_object_and_a_file_of_blank_lines_are_no_rows(tmp_path: Path) -> None:
    project = callbacks(tmp_path, "\n  \n")
    (record,) = project.land()
    assert (record.rows, record.files and record.files[0].rows) == (0, 0)


@pytest.mark.parametrize("text", [PAID + FAILED[:60], "[1, 2]\n", "no json\n"])
def test_a_broken_line_makes_the_file_unreadable(tmp_path: Path, text: str) -> None:
    with pytest.raises(GateError, match="the file cannot be read"):
        callbacks(tmp_path, text).land()


NUMBERS = st.one_of(
    st.integers(-(10**24), 10**24).map(str),
    st.decimals(-(10**16), 10**16, places=6, allow_nan=False).map(lambda d: format(d, "f")),
    st.sampled_from(["0", "-0.50", "1.10", "9007199254740993", "123456789.10", "0.1234567890123456789"]),
)


@given(numbers=st.lists(NUMBERS, min_size=1, max_size=8), text=st.text(max_size=12))
@example(numbers=["1.10"], text='a\\"1.10, 2')
@example(numbers=["12345678901234567890.5"], text=": 1.0,")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_digit_of_a_number_is_lost_and_no_text_is_touched(tmp_path: Path, numbers: list[str], text: str) -> None:
    columns = {"id": {"type": "VARCHAR"}, "n": {"type": "VARCHAR", "physicalName": "a.n"}, "text": {"type": "VARCHAR"}}
    project = sales(tmp_path, None, columns=columns, extraction={**JSONL, "cursor": "id"})
    lines = [f'{{"id":"{i}","a":{{"n": {n}}},"text":{json.dumps(text)}}}' for i, n in enumerate(numbers)]
    file = project.send("\n".join(lines) + "\n", "a.jsonl")
    frame = json_lines.scan(project.contracts[0], file, "here").collect()
    landed = frame["a.n"].to_list()
    assert [Decimal(n) for n in landed] == [Decimal(n) for n in numbers]
    if all("." in n for n in numbers):
        assert landed == numbers, "the digits of a text column are those that were written"
    assert frame["text"].to_list() == [text] * len(numbers)


@pytest.mark.parametrize("name", ["a..b", "a[", "[Amount]", "a[b].c", "a.b[c"])
def test_a_path_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    columns = {"id": {"type": "VARCHAR"}, "n": {"type": "VARCHAR", "physicalName": name}}
    with pytest.raises(ConfigError, match="is no path"):
        _ = sales(tmp_path, None, columns=columns, extraction={**JSONL, "cursor": "id"}).contracts
    assert JsonPath.parse(name) is None


def test_a_value_that_is_also_an_object_is_refused(tmp_path: Path) -> None:
    columns = {"utm": {"type": "VARCHAR"}, "n": {"type": "VARCHAR", "physicalName": "utm.source"}}
    with pytest.raises(ConfigError, match="'utm' is a value and an object"):
        _ = sales(tmp_path, None, columns=columns, extraction={**JSONL, "cursor": "utm"}).contracts


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("20260310233000", datetime(2026, 3, 10, 20, 30)),
        ("2026031023300", None),
        ("202603102330000", None),
        ("20260310236000", None),
        ("20260229000000", None),
    ],
)
def test_a_time_of_digits_is_read_whole_or_not_at_all(tmp_path: Path, text: str, value: datetime | None) -> None:
    paid = PAID.replace("20191219102115", text)
    project = callbacks(tmp_path, paid, custom={"blockThreshold": 100})
    (record,) = project.land()
    assert project.rows(record)["paid_at"].to_list() == ([value] if value else [])


def test_row_numbers_go_on_over_the_batches_and_memory_holds_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orchestration.ingest.extract.files.BATCH_ROWS", 7)
    lines = [FAILED.replace("ws_2", f"ws_{n:03}") for n in range(40)]
    columns = {**CALLBACKS, "row_no": {"type": "BIGINT", "physicalName": "$row"}}
    project = sales(tmp_path, None, columns=columns, extraction=JSONL)
    project.send("".join(lines), "a.jsonl")
    (record,) = project.land()
    rows = project.rows(record)
    assert rows["row_no"].to_list() == list(range(1, 41))
    assert rows["checkout_request_id"].to_list() == [f"ws_{n:03}" for n in range(40)]
    assert rows.schema["amount"] == pl.Decimal(18, 2)
