"""Contracts are read strictly: nothing that a person wrote is ignored."""

from pathlib import Path

import pytest

from orchestration.contracts import contracts_of
from orchestration.errors import ConfigError
from orchestration.ingest.contract import load_contract, load_contracts
from orchestration.ingest.reasons import MAX_REASONS, reasons_of
from orchestration.ingest.sources_yaml import render
from tests.python.ingest.project import CSV, SALES, contract, make

ROOT = Path(__file__).parents[3]


def test_every_contract_of_the_project_compiles_and_names_owner_channel_and_meaning() -> None:
    contracts = load_contracts(ROOT / "contracts")
    assert len(contracts) >= 12
    for one in contracts:
        assert len(reasons_of(one)) <= MAX_REASONS
        assert one.owner and one.channel.startswith("#") and one.primary_key and one.grain
        assert all(column.description.endswith((".", "?")) for column in one.columns), one.key


def test_generated_sources_equal_the_committed_files() -> None:
    for path, text in render(load_contracts(ROOT / "contracts")).items():
        assert (ROOT / path).read_text(encoding="utf-8") == text, (
            f"run: python -m orchestration.ingest.sources_yaml ({path})"
        )


@pytest.mark.parametrize(
    ("before", "after", "key", "meant"),
    [
        ("        required: true\n", "        requird: true\n", "requird", "required"),
        ("        severity: warn\n", "        severty: warn\n", "severty", "severity"),
        ("            mustBe: 0\n", "            mustBee: 0\n", "mustBee", "mustBe"),
        ("validValues: [", "validValuess: [", "validValuess", "validValues"),
        ("pattern: '", "patern: '", "patern", "pattern"),
        ("      cursor: updated_at\n", "      curser: updated_at\n", "curser", "cursor"),
        ("  - {property: blockThreshold,", "  - {property: blockTreshold,", "blockTreshold", "blockThreshold"),
        ("{property: rowFilter,", "{property: rowFiltr,", "rowFiltr", "rowFilter"),
        ("domain: inventory\n", "domian: inventory\n", "domian", "domain"),
    ],
)
def test_a_mistyped_key_names_file_line_and_the_key_that_was_meant(
    tmp_path: Path, before: str, after: str, key: str, meant: str
) -> None:
    text = (ROOT / "contracts/erp/inventory_ledger.odcs.yaml").read_text(encoding="utf-8")
    assert before in text
    file = tmp_path / "erp" / "inventory_ledger.odcs.yaml"
    file.parent.mkdir()
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    line = text[: text.index(before)].count("\n") + 1
    with pytest.raises(ConfigError) as caught:
        load_contract(file)
    assert str(file) in caught.value.where
    assert f"'{key}'" in caught.value.what
    assert f"did you mean '{meant}'" in caught.value.what
    assert f"{file}:{line}" in caught.value.where


def test_a_key_written_twice_is_an_error(tmp_path: Path) -> None:
    made = make(tmp_path, contract(SALES, CSV))
    file = made.settings.contracts / "shop" / "sales.odcs.yaml"
    file.write_text(file.read_text() + "version: 2.0.0\n")
    with pytest.raises(ConfigError, match="'version' is written twice"):
        load_contract(file)


def test_more_than_64_rules_are_refused(tmp_path: Path) -> None:
    columns = {f"c{n}": {"type": "BIGINT", "required": True} for n in range(33)}
    made = make(tmp_path, contract(columns, {**CSV, "cursor": "c0"}))
    with pytest.raises(ConfigError, match="67 rules"):
        reasons_of(made.contracts[0])


def test_a_process_that_lives_on_sees_what_becomes_of_the_files(tmp_path: Path) -> None:
    folder = make(tmp_path, contract(SALES, CSV)).settings.contracts
    (before,) = contracts_of(folder)
    assert contracts_of(folder)[0] is before
    make(tmp_path, contract(SALES, {**CSV, "timezone": "Africa/Nairobi"}))
    (after,) = contracts_of(folder)
    assert (before.extraction.timezone, after.extraction.timezone) == (None, "Africa/Nairobi")
    make(tmp_path, contract(SALES, CSV, name="returns"))
    assert [one.table for one in contracts_of(folder)] == ["returns", "sales"]
    (folder / "shop" / "sales.odcs.yaml").unlink()
    assert [one.table for one in contracts_of(folder)] == ["returns"]


@pytest.mark.parametrize("condition", ["qty >", "nothing > 1", "qty + 1", "sold_on > price"])
def test_a_row_filter_that_is_no_condition_is_refused(tmp_path: Path, condition: str) -> None:
    made = make(tmp_path, contract(SALES, CSV, filters={"odd": condition}))
    with pytest.raises(ConfigError, match="'odd'"):
        reasons_of(made.contracts[0])


@pytest.mark.parametrize(
    "change",
    [
        {"logicalTypeOptions": {"multipleOf": 2}},
        {"unique": True},
        {"quality": [{"metric": "duplicateValues", "mustBe": 0}]},
        {"quality": [{"metric": "nullValues", "mustBeGreaterThan": 1}]},
    ],
)
def test_a_rule_that_landing_cannot_check_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    made = make(tmp_path, contract({**SALES, "qty": {**SALES["qty"], **change}}, CSV))
    with pytest.raises(ConfigError, match="broken"):
        _ = made.contracts
