"""A dirty world beside the clean one of the same seed: they differ in what the truth file lists, and only in that."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator import cli
from simulator.dirt.catalogue import ANOMALIES, HANDLING, KINDS

from . import dirt_reader as reader
from .conftest import Retailer, simulator, variables

SIZES = ("--skus", "40", "--warehouses", "3", "--seed", "11", "--start-date", "2025-09-15")
RATES = {
    "duplicate": 0.05, "redelivered_window": 0.07, "correction": 0.06, "late": 0.06, "very_late": 0.02,
    "non_product_codes": 0.03, "zero_price": 0.03, "negative_price": 0.02, "sku_variants": 0.3,
    "cancellation_without_match": 0.64, "hidden_adjustment": 0.05, "text_in_numbers": 0.3, "over_receipt": 0.2,
    "header_mismatch": 0.03, "payment_mismatch": 0.05, "milestones_out_of_order": 0.05, "supplier_alias": 0.2,
    "soft_delete": 0.02, "hard_delete": 0.02, "unit_mix": 0.4, "lost_callback": 0.05, "missing_file": 0.015,
    "partial_file": 0.015, "empty_file": 0.015, "locked_file": 0.015, "excel_merged_header": 0.05,
    "excel_total_row": 0.15, "excel_serial_dates": 0.05, "excel_lost_zeros": 0.05, "excel_numbers_as_text": 0.05,
}  # fmt: skip
DIRT = ",".join(f"{kind}:{rate}" for kind, rate in RATES.items())
LAST = "2025-10-03"
BROKEN = ("missing_file", "partial_file", "empty_file", "locked_file")
LINES = {"orders": "order_lines", "shipments": "shipment_lines", "returns": "return_lines"}


def world(home: Path, days: int, *options: str) -> Retailer:
    """A started world."""
    simulator(home, "start", *SIZES, "--days", str(days), *options)
    return Retailer(home, variables(home))


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retailer]:
    """Nineteen days without dirt."""
    home = tmp_path_factory.mktemp("clean")
    yield world(home, 19)
    simulator(home, "stop")


@pytest.fixture(scope="module")
def dirty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retailer]:
    """The same with dirt: sixteen days of history and three more, day by day."""
    home = tmp_path_factory.mktemp("dirty")
    retailer = world(home, 16, "--dirt", DIRT)
    for _ in range(3):
        simulator(home, "next-day")
    yield retailer
    simulator(home, "stop")


def visible(line: dict[str, Any]) -> bool:
    """Whether an item can still be seen on the last day."""
    settled = line["settled_on"] is not None and line["settled_on"] <= LAST
    return not (line["kind"] == "hard_delete" and settled) and line["kind"] not in BROKEN


def pending(retailer: Retailer) -> dict[str, str]:
    """Files that are not delivered properly by the last day, with the kind that hit them."""
    lines = reader.truth(retailer)
    return {x["key"]["file"]: x["kind"] for x in lines if x["kind"] in BROKEN and x["settled_on"] > LAST}


def explained(lines: list[dict[str, Any]], found: reader.Found) -> set[tuple[str, reader.Key]]:
    """Keys that must differ according to the truth file: a record goes with its lines where it is hit as a whole."""
    keys = {(line["table"], reader.key_of(line["key"])) for line in lines if visible(line)}
    whole = {
        (LINES[line["table"]], reader.key_of(line["key"]))
        for line in lines
        if line["kind"] == "duplicate" and line["table"] in LINES
    }
    # The wrong value of a shipment is the freight of its first line.
    for line in lines:
        if line["kind"] == "correction" and line["table"] == "shipments" and line["settled_on"] > LAST:
            keys.remove(("shipments", reader.key_of(line["key"])))
            keys.add(("shipment_lines", reader.key_of({**line["key"], "line_no": 1})))
    heads = {"return_lines": ("returns", "return_id"), "order_lines": ("orders", "order_id")}
    for line in lines:
        if line["kind"] in {"cancellation_without_match", "hidden_adjustment"} and line["table"] in heads:
            table, name = heads[line["table"]]
            keys.add((table, reader.key_of({name: line["key"][name]})))
    parts = {key for key in found if (key[0], tuple(pair for pair in key[1] if pair[0] != "line_no")) in whole}
    return keys | parts


def test_all_differences_of_the_erp_are_in_the_truth_file(clean: Retailer, dirty: Retailer) -> None:
    lines = [line for line in reader.truth(dirty) if line["source"] == "erp"]
    assert reader.differing(reader.erp_rows(clean), reader.erp_rows(dirty)) == explained(lines, {})


def test_all_differences_of_the_shop_are_in_the_truth_file(clean: Retailer, dirty: Retailer) -> None:
    lines = [line for line in reader.truth(dirty) if line["source"] == "commerce"]
    found = reader.shop_rows(dirty)
    assert reader.differing(reader.shop_rows(clean), found) == explained(lines, found)


def test_all_differences_of_files_are_in_the_truth_file(clean: Retailer, dirty: Retailer) -> None:
    skip = set(pending(dirty))
    one, other = (reader.rows_of_files(retailer, skip=skip) for retailer in (clean, dirty))
    lines = [x for x in reader.truth(dirty) if x["source"] not in {"erp", "commerce"}]
    # What was injected into a file that is still broken cannot be seen.
    wanted = {key for key in explained(lines, other) if key in one or key in other}
    assert reader.differing(one, other) == wanted
    assert skip
    for name, kind in pending(dirty).items():
        path = next((dirty.home / "sources").glob(f"*/{name}"), None)
        size = next((clean.home / "sources").glob(f"*/{name}")).stat().st_size
        assert (None if path is None else 0 < path.stat().st_size < size) == {
            "missing_file": None, "partial_file": True, "empty_file": False, "locked_file": False,
        }[kind]  # fmt: skip


def test_every_kind_is_in_the_truth_file_in_documented_words(dirty: Retailer) -> None:
    lines = reader.truth(dirty)
    assert set(RATES) == set(KINDS) - set(ANOMALIES) - {k for k in KINDS if k.startswith("drift_")}
    assert {line["kind"] for line in lines} == set(RATES)
    assert {line["expected"] for line in lines} <= set(HANDLING)
    assert [line["day"] for line in lines] == sorted(line["day"] for line in lines)
    again = Counter((line["kind"], line["day"], line["table"], str(line["key"])) for line in lines)
    assert max(again.values()) == 1


def contents(retailer: Retailer) -> dict[str, object]:
    """Everything that the sources deliver."""
    found: dict[str, object] = {str(k): sorted(v) for k, v in reader.erp_rows(retailer).items()}
    found |= {str(k): sorted(v) for k, v in reader.shop_rows(retailer).items()}
    sources = retailer.home / "sources"
    for folder in ("wms", "mpesa", "web", "supplier_feed", "forecasts"):
        for path in (sources / folder).rglob("*.*"):
            found[str(path.relative_to(sources))] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def test_a_dirty_world_made_in_one_go_is_the_same(dirty: Retailer, tmp_path: Path) -> None:
    other = world(tmp_path, 19, "--dirt", DIRT)
    try:
        assert reader.truth(other) == reader.truth(dirty)
        one, two = contents(dirty), contents(other)
        assert {key for key in one.keys() | two.keys() if one.get(key) != two.get(key)} == set()
    finally:
        simulator(tmp_path, "stop")


def test_a_dirty_day_is_regenerated_alone(dirty: Retailer, tmp_path: Path) -> None:
    day = "2025-09-30"
    simulator(dirty.home, "regenerate", "--day", day, "--out", str(tmp_path))
    today = [
        line for line in (dirty.home / "sources/truth.jsonl").read_text().splitlines() if f'"day": "{day}"' in line
    ]
    assert sorted((tmp_path / "truth.jsonl").read_text().splitlines()) == sorted(today) != []
    broken = {Path(x["key"]["file"]).name for x in reader.truth(dirty) if x["kind"] in BROKEN and x["day"] == day}
    files = [
        path for path in (dirty.home / "sources").glob(f"*/**/{day.replace('-', '/')}/*") if path.name not in broken
    ]
    assert len(files) > 10
    for path in files:
        assert path.read_bytes() == (tmp_path / path.name).read_bytes(), path.name
    final = [str(record["order_id"]) for record in dirty.all("orders", updated_since=day, updated_before="2025-10-01")]
    made = [json.loads(line)["order_id"] for line in (tmp_path / "orders.jsonl").read_text().splitlines()]
    assert Counter(final) - Counter(made) == Counter()


def test_a_world_keeps_its_dirt(dirty: Retailer, capsys: pytest.CaptureFixture[str]) -> None:
    home = ["start", "--home", str(dirty.home), "--dirt"]
    assert cli.main([*home, "none"]) == 1
    assert "made with --dirt duplicate:0.05," in capsys.readouterr().err
    assert cli.main([*home, ",".join(reversed(DIRT.split(",")))]) == 0
