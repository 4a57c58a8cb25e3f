"""Reasons, conservation, the circuit breaker and pseudonyms."""

import csv
import io
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.errors import ConfigError, GateError
from orchestration.ingest import quarantine
from orchestration.ingest.check import Checker, Tally, checker, split
from orchestration.ingest.drift import is_few
from orchestration.ingest.reasons import decode
from tests.python.ingest.project import CSV, SALES, contract, make, sales


def ledger(tmp: Path) -> Checker:
    columns: dict[str, dict[str, Any]] = {
        "id": {"type": "VARCHAR", "required": True, "logicalTypeOptions": {"pattern": "^A[0-9]+$", "maxLength": 4}},
        "qty": {"type": "BIGINT", "required": True, "logicalTypeOptions": {"minimum": 0, "exclusiveMaximum": 10}},
        "kind": {"type": "VARCHAR", "quality": [{"id": "kind_values", "metric": "invalidValues", "mustBe": 0,
                 "arguments": {"validValues": ["x", "y"]}}]},
        "sent": {"type": "BIGINT"},
    }  # fmt: skip
    filters = {"sent_within_qty": "sent <= qty"}
    return checker(make(tmp, contract(columns, {**CSV, "cursor": "id"}, filters=filters)).contracts[0])


def expected(row: tuple[str | None, ...]) -> set[str]:
    """The reasons in plain Python, written independently of the expressions."""
    id_, qty, kind, sent = row
    reasons = set()
    if id_ is None:
        reasons.add("id_required")
    else:
        reasons |= {"id_pattern"} if not (id_[:1] == "A" and id_[1:].isdigit() and id_[1:].isascii()) else set()
        reasons |= {"id_length"} if len(id_) > 4 else set()
    quantity = int(qty) if qty is not None and qty.lstrip("-").isdigit() else None
    if qty is None:
        reasons.add("qty_required")
    elif quantity is None:
        reasons.add("qty_type")
    elif not 0 <= quantity < 10:
        reasons.add("qty_range")
    reasons |= {"kind_values"} if kind not in (None, "x", "y") else set()
    sending = int(sent) if sent is not None and sent.lstrip("-").isdigit() else None
    reasons |= {"sent_type"} if sent is not None and sending is None else set()
    reasons |= {"sent_within_qty"} if None not in (sending, quantity) and sending > quantity else set()  # type: ignore[operator]
    return reasons


ROWS = st.tuples(
    st.sampled_from([None, "A1", "A12345", "B1", ""]),
    st.sampled_from([None, "0", "9", "10", "-1", "many"]),
    st.sampled_from([None, "x", "z"]),
    st.sampled_from([None, "0", "5", "50", "?"]),
)


@given(rows=st.lists(ROWS, max_size=40))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_bits_of_a_bad_row_are_exactly_the_rules_it_breaks(
    tmp_path: Path, rows: list[tuple[str | None, ...]]
) -> None:
    check = ledger(tmp_path)
    raw = pl.DataFrame(rows, schema=dict.fromkeys(["id", "qty", "kind", "sent"], pl.String), orient="row")
    good, bad = split(check, raw, Tally())
    names = tuple(reason.id for reason in check.reasons)
    found = {} if bad is None else {r["_row"]: set(decode(r["_reasons"], names)) for r in bad.iter_rows(named=True)}
    assert found == {n: reasons for n, row in enumerate(rows, 1) if (reasons := expected(row))}
    assert good.height + len(found) == len(rows)


def test_the_64th_rule_has_its_own_bit(tmp_path: Path) -> None:
    columns = {f"c{n}": {"type": "VARCHAR", "required": True} for n in range(64)}
    check = checker(make(tmp_path, contract(columns, {**CSV, "format": "parquet", "cursor": "c0"})).contracts[0])
    _, bad = split(check, pl.DataFrame({name: [None if name == "c63" else "x"] for name in columns}), Tally())
    assert bad is not None and bad["_reasons"].to_list() == [2**63]


KEYED = st.lists(
    st.tuples(st.integers(0, 8), st.sampled_from(["1", "2", "x", ""]), st.integers(0, 3)), min_size=1, max_size=40
)


@given(rows=KEYED)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_are_conserved_keys_are_unique_and_the_newest_stays(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, str, int]]
) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["id", "qty", "price", "sold_on", "updated_at"])
    writer.writerows(
        [f"S{key}", qty, n, "2026-03-10", f"2026-03-10 08:00:0{age}"] for n, (key, qty, age) in enumerate(rows)
    )
    project = sales(tmp_path_factory.mktemp("any"), text.getvalue(), custom={"blockThreshold": 100})
    (record,) = project.land()
    assert record.extracted == len(rows) == record.rows + record.quarantined + record.deduplicated
    valid = [(key, age, n) for n, (key, qty, age) in enumerate(rows) if qty in ("1", "2")]
    newest = {key: max((age, n) for other, age, n in valid if other == key)[1] for key, _, _ in valid}
    landed = project.rows(record)
    assert {row["id"]: int(row["price"]) for row in landed.iter_rows(named=True)} == {
        f"S{k}": n for k, n in newest.items()
    }
    assert landed["price"].is_sorted(), "the order of the source stays"
    assert project.land(run_id="again") == [record] and len(project.records()) == 1


def test_of_a_repeated_key_the_newest_cursor_stays_wherever_it_stands(tmp_path: Path) -> None:
    lines = [f"S1,1,{minute},2026-03-10,2026-03-10 08:{minute:02}:00" for minute in (1, 3, 3, 2)]
    text = "\n".join(["id,qty,price,sold_on,updated_at", *lines]) + "\n"
    project = sales(tmp_path, text, custom={"blockThreshold": 100})
    (record,) = project.land()
    assert (record.extracted, record.rows, record.deduplicated) == (4, 1, 3)
    assert project.rows(record)["price"].to_list() == [3]


@pytest.mark.parametrize(
    ("count", "rows", "limit", "expected"),
    [(1, 9, 5, True), (3, 7, 5, True), (3, 6, 5, False), (4, 40, 5, False), (1, 1, 5, False), (1, 9, 0, False)],
)
def test_a_few_rows_of_a_small_delivery_are_not_too_many(count: int, rows: int, limit: float, expected: bool) -> None:
    assert is_few(count, rows, limit) is expected


def test_one_bad_and_one_repeated_row_of_ten_land_and_half_of_them_do_not(tmp_path: Path) -> None:
    def file(bad: int) -> str:
        rows = [f"S{max(n, 1)},{'x' if n > 9 - bad else 1},1,2026-03-10,2026-03-10 08:00:00" for n in range(10)]
        return "\n".join(["id,qty,price,sold_on,updated_at", *rows])

    project = sales(tmp_path, file(1))
    (record,) = project.land()
    assert (record.extracted, record.rows, record.quarantined, record.deduplicated) == (10, 8, 1, 1)
    project.send(file(5))
    with pytest.raises(GateError, match=r"5 of 10 rows break the contract"):
        project.land()
    assert project.records() == [record]


def test_the_breaker_blocks_above_its_share_and_not_at_it(tmp_path: Path) -> None:
    def file(bad: int) -> str:
        rows = [f"S{n},{'x' if n < bad else 1},1,2026-03-10,2026-03-10 08:00:00" for n in range(100)]
        return "\n".join(["id,qty,price,sold_on,updated_at", *rows])

    project = sales(tmp_path, file(5))
    (record,) = project.land()
    assert (record.rows, record.quarantined) == (95, 5)
    project.send(file(6))
    with pytest.raises(
        GateError, match=r"6 of 100 rows break the contract \(6.0 %\), more than 5 %: 6 x qty is no BIGINT"
    ):
        project.land()
    assert project.records() == [record]


def test_an_error_rule_blocks_at_its_first_row_and_a_row_count_is_kept(tmp_path: Path) -> None:
    rule = {
        "id": "kinds",
        "metric": "invalidValues",
        "arguments": {"validValues": ["1"]},
        "mustBe": 0,
        "severity": "error",
    }
    project = sales(tmp_path / "a", columns={**SALES, "qty": {**SALES["qty"], "quality": [rule]}},
                    custom={"blockThreshold": 100})  # fmt: skip
    with pytest.raises(GateError, match="98 rows break the rule 'kinds'"):
        project.land()
    floor = {"id": "floor", "metric": "rowCount", "mustBeGreaterThan": 100, "severity": "error"}
    document = contract(SALES, CSV)
    document["schema"][0]["quality"] = [floor]
    project = make(tmp_path / "b", document)
    project.send("id,qty,price,sold_on,updated_at\n")
    with pytest.raises(GateError, match="0 rows came, and it must have at least 101"):
        project.land()


PEOPLE: dict[str, dict[str, Any]] = {
    "id": {"type": "VARCHAR", "primaryKey": True},
    "msisdn": {"type": "VARCHAR", "encryptedName": "msisdn_hmac", "classification": "restricted",
               "customProperties": [{"property": "normalise", "value": "msisdn"}]},
    "email": {"type": "VARCHAR", "encryptedName": "email_hmac",
              "customProperties": [{"property": "normalise", "value": "email"}]},
    "age": {"type": "INTEGER"},
}  # fmt: skip


def test_personal_data_reach_neither_bronze_nor_quarantine_nor_a_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GHALA_HMAC_KEY", "key")
    rows = (
        "id,msisdn,email,age,name\n1,0712 345 678,Asha@Example.org,30,Asha\n2,+254712345678,asha@example.org,31,Asha\n"
    )
    rows += "3,0712345678,asha@example.org,old,Asha\n4,12345,x@y.z,1,Asha\n"
    options: dict[str, Any] = {"columns": PEOPLE, "extraction": {"cursor": "id"}}
    project = sales(tmp_path / "a", rows, **options, custom={"blockThreshold": 50, "dropColumns": ["name"]})
    (record,) = project.land()
    landed, bad = project.rows(record), quarantine.show(project.home, record.load_number)
    assert landed["msisdn_hmac"].n_unique() == landed["email_hmac"].n_unique() == 1
    assert bad["msisdn_hmac"][0] == landed["msisdn_hmac"][0], "the same person has the same hash in quarantine"
    assert bad["_broken"].to_list() == [["age_type"], ["msisdn_hmac_type"]]
    content = b"".join(path.read_bytes() for path in project.home.rglob("*") if path.is_file())
    everything = str(landed.to_dicts()) + str(bad.to_dicts())
    for secret in ("712345678", "345 678", "asha@", "Asha", "12345", "x@y.z"):
        assert secret.encode() not in content and secret not in everything
    blocked = sales(tmp_path / "b", rows, **options, custom={"blockThreshold": 0, "dropColumns": ["name"]})
    with pytest.raises(GateError) as caught:
        blocked.land()
    assert "12345" not in str(caught.value)


def test_without_a_key_personal_data_do_not_land(tmp_path: Path) -> None:
    project = sales(tmp_path, "id,msisdn,email,age\n", columns=PEOPLE, extraction={"cursor": "id"})
    with pytest.raises(ConfigError, match="GHALA_HMAC_KEY is not set"):
        project.land()
