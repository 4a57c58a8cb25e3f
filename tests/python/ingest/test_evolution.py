"""A contract that changes in the middle of a history."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from orchestration.errors import ConfigError, GateError
from orchestration.ingest.sources_yaml import render
from tests.python.ingest.project import CSV, DAY, GOOD, SALES, Project, contract, make, sales
from tests.python.transform.dbt_in_process import dbt

NEXT = date(2026, 3, 11)
COLOUR = {"colour": {"type": "VARCHAR"}}
NEW_FILE = "".join(f"{line},{'colour' if n == 0 else 'red'}\n" for n, line in enumerate(GOOD.splitlines()))


def change(project: Project, columns: dict[str, Any], version: str) -> None:
    document = {**contract(columns, CSV), "version": version}
    (project.settings.contracts / "shop" / "sales.odcs.yaml").write_text(yaml.safe_dump(document, sort_keys=False))


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """A day that landed under version 1.0.0, and one whose file has a new column."""
    made = sales(tmp_path)
    made.land()
    made.send(NEW_FILE, "20260311.csv")
    yield made


def test_an_added_nullable_column_needs_a_minor_version_and_no_reload(project: Project) -> None:
    with pytest.raises(GateError, match="column 'colour' is new"):
        project.land(NEXT)
    change(project, {**SALES, **COLOUR}, "1.0.0")
    with pytest.raises(ConfigError, match=r"has new columns \(colour\) and still the version 1\.0\.0") as caught:
        project.land(NEXT)
    assert "1.1.0" in caught.value.next_step
    change(project, {**SALES, **COLOUR}, "1.1.0")
    (record,) = project.land(NEXT)
    assert record.contract_version == "1.1.0" and project.rows(record)["colour"].to_list() == ["red"] * 100


def without(*names: str) -> dict[str, Any]:
    return {name: spec for name, spec in SALES.items() if name not in names}


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        (without("price"), "column 'price' is dropped"),
        ({**SALES, "qty": {"type": "INTEGER"}}, "column 'qty' was Int64 and is Int32"),
        ({**SALES, "colour": {"type": "VARCHAR", "required": True}}, "column 'colour' is new and required"),
    ],
)
@pytest.mark.parametrize("version", ["1.1.0", "2.0.0"])
def test_any_other_change_says_which_partitions_to_reload(
    project: Project, columns: dict[str, Any], words: str, version: str
) -> None:
    project.send(GOOD, "20260312.csv")
    project.land(date(2026, 3, 12))
    before = project.records()
    change(project, columns, version)
    with pytest.raises(GateError) as caught:
        project.land(NEXT)
    assert words in caught.value.what and "2 partitions from 2026-03-10 to 2026-03-12" in caught.value.what
    assert "ghala ingest shop.sales --from 2026-03-10 --to 2026-03-12" in caught.value.next_step
    assert ("the version 2.0.0" in caught.value.next_step) == (version == "1.1.0")
    assert project.records() == before
    with pytest.raises(GateError, match="1 partitions from 2026-03-12"):
        project.land(DAY)


def test_a_reload_of_all_partitions_lands_the_new_columns(project: Project) -> None:
    change(project, without("price"), "2.0.0")
    document = yaml.safe_load((project.settings.contracts / "shop" / "sales.odcs.yaml").read_text())
    document["customProperties"].append({"property": "dropColumns", "value": ["price", "colour"]})
    (project.settings.contracts / "shop" / "sales.odcs.yaml").write_text(yaml.safe_dump(document, sort_keys=False))
    records = project.land(DAY, NEXT)
    assert [record.contract_version for record in records] == ["2.0.0"] * 2
    assert all("price" not in project.rows(record).columns for record in records)


def test_only_tables_with_added_columns_are_read_by_name(tmp_path: Path) -> None:
    documents = [{**contract(SALES, CSV, name=name), "version": version} for name, version in
                 (("old", "1.0.0"), ("grown", "1.2.0"), ("reloaded", "2.0.0"))]  # fmt: skip
    (text,) = render(make(tmp_path, *documents).contracts).values()
    tables = {table["name"]: table["config"]["meta"] for table in yaml.safe_load(text)["sources"][0]["tables"]}
    assert ["external_location" in tables[name] for name in ("old", "grown", "reloaded")] == [False, True, False]
    assert "union_by_name=true" in tables["grown"]["external_location"]


def test_a_staging_view_reads_old_files_without_the_added_column(project: Project) -> None:
    change(project, {**SALES, **COLOUR}, "1.1.0")
    project.land(NEXT)
    folder = project.settings.project
    for path, text in render(project.contracts).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    (folder / "models" / "staging" / "shop" / "stg_shop__sales.sql").write_text(
        "select *, filename as _file from {{ source('shop', 'sales') }}\n"
    )
    (folder / "dbt_project.yml").write_text(
        "{name: evolution, version: 1.0.0, profile: ghala, model-paths: [models]}\n"
    )
    result = dbt(project.home, "run", folder=folder)
    assert result.success, str(result.exception) + str([r.message for r in result.result or []])
    with duckdb.connect(str(project.home / "warehouse.duckdb")) as warehouse:
        name = warehouse.sql(
            "select schema_name || '.' || view_name from duckdb_views() where view_name = 'stg_shop__sales'"
        ).fetchone()
        assert name is not None
        counted = warehouse.sql(f"select colour, count(*) from {name[0]} group by all order by all").fetchall()
    assert counted == [("red", 100), (None, 100)]
