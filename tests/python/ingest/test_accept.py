"""A source that changed: what differs is said in words, and becomes a new version of the contract that lands."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from orchestration.errors import ConfigError, GateError, GhalaError
from orchestration.ingest.accept import Accepted, accept
from orchestration.ingest.compare import compare
from orchestration.ingest.infer.run import infer
from tests.python.ingest.project import CSV, SALES, Project, contract, make, sales

STATE = {
    "type": "VARCHAR",
    "quality": [{"metric": "invalidValues", "arguments": {"validValues": ["open", "paid"]}, "mustBe": 0}],
}
COLUMNS: dict[str, dict[str, Any]] = {**SALES, "state": STATE}
HEADER = ["id", "qty", "price", "sold_on", "updated_at", "state"]


def rows(header: list[str] | None = None, change: Callable[[dict[str, str]], dict[str, str]] | None = None) -> str:
    lines = []
    for n in range(40):
        row = dict(zip(HEADER, [f"S{n}", str(n), f"{n}.50", "2026-03-10", "2026-03-10 08:00:00", "open"], strict=True))
        lines.append((change or (lambda row: row))(row))
    names = header or list(lines[0])
    return "\n".join([",".join(names), *(",".join(row.values()) for row in lines), ""])


def made(folder: Path) -> Project:
    """A table whose contract was written by hand, with comments, and one landed partition."""
    project = sales(folder, rows(), columns=COLUMNS)
    file = project.settings.contracts / "shop" / "sales.odcs.yaml"
    file.write_text(file.read_text().replace("  - name: qty", "  # the pieces of a line\n  - name: qty"))
    project.land()
    return project


def texts(project: Project) -> list[str]:
    return [one.text for one in compare(project.contracts[0])[1]]


def accepted(project: Project) -> Accepted:
    one = project.contracts[0]
    done = accept(one, compare(one)[1], project.home)
    assert done is not None
    assert "# the pieces of a line" in done.file.read_text(), "what a person wrote stays"
    return done


def without(name: str) -> Callable[[dict[str, str]], dict[str, str]]:
    return lambda row: {key: value for key, value in row.items() if key != name}


def test_an_unchanged_source_differs_in_nothing(tmp_path: Path) -> None:
    project = made(tmp_path)
    assert texts(project) == []
    before = (project.settings.contracts / "shop" / "sales.odcs.yaml").read_bytes()
    assert accept(project.contracts[0], [], project.home) is None
    assert (project.settings.contracts / "shop" / "sales.odcs.yaml").read_bytes() == before


def test_an_added_column_is_a_minor_version_and_nothing_is_reloaded(tmp_path: Path) -> None:
    project = made(tmp_path)
    project.send(rows(change=lambda row: {**row, "Unit Weight": "1.25"}))
    with pytest.raises(GateError) as stopped:
        project.land()
    assert "column 'Unit Weight' is new" in stopped.value.what
    assert "ghala contract accept shop.sales" in stopped.value.next_step
    assert texts(project) == ["column 'Unit Weight' is new: DECIMAL(18,2)"]
    done = accepted(project)
    assert (done.before, done.after, done.reload) == ("1.0.0", "1.1.0", ())
    added = project.contracts[0].columns[-1]
    assert (added.name, added.source_name, added.required) == ("unit_weight", "Unit Weight", False)
    assert texts(project) == []
    (record,) = project.land()
    assert str(project.rows(record)["unit_weight"][0]) == "1.25"


def test_a_dropped_column_is_a_major_version_and_names_what_to_reload(tmp_path: Path) -> None:
    project = made(tmp_path)
    project.send(rows(change=without("qty")))
    assert texts(project) == ["column 'qty' is missing"]
    done = accept(project.contracts[0], compare(project.contracts[0])[1], project.home)
    assert done is not None
    assert (done.after, [record.load_number for record in done.reload]) == ("2.0.0", [1])
    assert "qty" not in {column.name for column in project.contracts[0].columns}
    (record,) = project.land()
    assert record.rows == 40


def test_a_renamed_column_keeps_its_name_in_bronze(tmp_path: Path) -> None:
    project = made(tmp_path)
    project.send(rows(change=lambda row: {("sold_date" if k == "sold_on" else k): v for k, v in row.items()}))
    assert texts(project) == ["column 'sold_on' is missing, and 'sold_date' is new: renamed?"]
    done = accepted(project)
    assert (done.after, done.reload) == ("2.0.0", ())
    assert {c.name: c.source_name for c in project.contracts[0].columns}["sold_on"] == "sold_date"
    assert project.land()[0].rows == 40


def test_another_type_replaces_the_old_one_with_its_options(tmp_path: Path) -> None:
    project = made(tmp_path)
    project.send(rows(change=lambda row: {**row, "qty": "many", "sold_on": "31/03/2026"}))
    found = texts(project)
    assert found[0] == "column 'qty' is no longer BIGINT: 40 of 40 values such as 'many'"
    assert found[1].startswith("column 'sold_on' is no longer DATE")
    done = accepted(project)
    assert (done.after, len(done.reload)) == ("2.0.0", 1)
    (record,) = project.land()
    assert project.rows(record).row(0)[1] == "many"
    assert str(project.rows(record)["sold_on"][0]) == "2026-03-31"


def test_missing_values_and_new_values_are_accepted(tmp_path: Path) -> None:
    project = made(tmp_path)
    project.send(rows(change=lambda row: {**row, "qty": "" if row["id"] == "S1" else "1", "state": "sent: no"}))
    assert texts(project) == [
        "column 'qty' is required, and 1 of 40 rows have none",
        "column 'state' has 1 values that are not in its list: 'sent: no'",
    ]
    done = accepted(project)
    assert (done.after, done.reload) == ("2.0.0", ())
    (record,) = project.land()
    assert (record.rows, record.quarantined) == (40, 0)
    assert project.contracts[0].quality[0].valid_values == ("open", "paid", "sent: no")


def test_few_bad_values_are_told_and_are_no_change_of_the_contract(tmp_path: Path) -> None:
    project = made(tmp_path)
    project.send(rows(change=lambda row: {**row, "qty": "x" if row["id"] == "S1" else "1"}))
    assert texts(project) == ["1 of 40 values of 'qty' are no BIGINT: 'x'"]
    assert accept(project.contracts[0], compare(project.contracts[0])[1], project.home) is None


def test_a_key_that_vanished_is_not_accepted_and_the_file_stays(tmp_path: Path) -> None:
    project = made(tmp_path)
    project.send(rows(change=without("id")))
    before = (project.settings.contracts / "shop" / "sales.odcs.yaml").read_bytes()
    with pytest.raises(ConfigError, match="key 'id' is missing"):
        accepted(project)
    assert (project.settings.contracts / "shop" / "sales.odcs.yaml").read_bytes() == before


def test_a_rule_on_a_dropped_column_stops_the_change_as_a_whole(tmp_path: Path) -> None:
    project = sales(tmp_path, rows(), columns=COLUMNS, filters={"positive": "qty >= 0"})
    project.send(rows(change=without("qty")))
    file = project.settings.contracts / "shop" / "sales.odcs.yaml"
    before = file.read_bytes()
    with pytest.raises(ConfigError, match="'positive'"):
        accept(project.contracts[0], compare(project.contracts[0])[1], project.home)
    assert file.read_bytes() == before


def test_the_newest_file_is_compared_and_a_source_without_one_says_so(tmp_path: Path) -> None:
    project = made(tmp_path)
    project.send(rows(change=without("qty")), "20260311.csv")
    assert texts(project) == ["column 'qty' is missing"]
    (project.drop / "20260311.csv").unlink()
    (project.drop / "20260310.csv").unlink()
    with pytest.raises(GhalaError, match=r"there is no file of shop\.sales"):
        texts(project)


def test_contracts_in_flow_style_are_edited_too(tmp_path: Path) -> None:
    project = sales(tmp_path, rows(), columns=COLUMNS)
    file = project.settings.contracts / "shop" / "sales.odcs.yaml"
    document = yaml.safe_load(file.read_text())
    flow = [
        yaml.safe_dump(p, default_flow_style=True, width=10_000).strip() for p in document["schema"][0]["properties"]
    ]
    head = yaml.safe_dump({**document, "schema": "@"}, sort_keys=False).split("schema: '@'\n")
    lines = "".join(f"  - {line}\n" for line in flow)
    file.write_text(f"{head[0]}schema:\n- name: sales\n  logicalType: object\n  properties:\n{lines}{head[1]}")

    def change(row: dict[str, str]) -> dict[str, str]:
        return {"id": row["id"], "sold_date": row["sold_on"], **without("sold_on")(without("price")(row)), "extra": "x"}

    project.send(rows(change=lambda row: {**change(row), "qty": ""}))
    assert len(texts(project)) == 4
    done = accept(project.contracts[0], compare(project.contracts[0])[1], project.home)
    assert done is not None
    assert {c.source_name for c in project.contracts[0].columns} == {
        "id", "qty", "sold_date", "updated_at", "state", "extra"
    }  # fmt: skip
    assert project.land()[0].rows == 40


def test_a_table_of_sqlite_and_a_contract_for_one_that_does_not_exist(tmp_path: Path) -> None:
    file = tmp_path / "shop.db"
    with closing(sqlite3.connect(file)) as database:
        database.execute("create table orders (id integer primary key, qty integer)")
        database.execute("insert into orders values (1, 2)")
        database.commit()
        infer(f"{file}:orders", tmp_path / "project" / "contracts", source="shop")
        os.environ["GHALA_SHOP_FILE"] = str(file)
        project = make(tmp_path)
        assert texts(project) == []
        database.execute("alter table orders add column note text")
        database.commit()
        assert [one.text for one in compare(project.contracts[0])[1]] == ["column 'note' is new: VARCHAR"]
        database.execute("drop table orders")
        database.commit()
    with pytest.raises(GhalaError, match="there is no table 'orders'"):
        texts(project)


def test_a_table_of_postgres(tmp_path: Path, postgres: str) -> None:
    os.environ["GHALA_ERP_DSN"] = postgres
    with psycopg.connect(postgres, autocommit=True) as database:
        database.execute("create table accepted (id bigint primary key, price numeric(9,2), updated_at timestamptz)")
        database.execute("insert into accepted values (1, 2.5, '2026-03-10 08:00Z')")
        infer("erp:public.accepted", tmp_path / "project" / "contracts")
        project = make(tmp_path)
        assert texts(project) == []
        database.execute("alter table accepted alter column price type text, add column note text")
        found = texts(project)
        assert found == ["column 'note' is new: VARCHAR", "column 'price' is String and no longer DECIMAL(9,2)"]
        one = project.contracts[0]
        done = accept(one, compare(one)[1], project.home)
        assert done is not None and done.after == "2.0.0"
        (record,) = project.land()
        assert project.rows(record)["price"].to_list() == ["2.50"]


def test_a_source_that_cannot_be_found_names_the_setting(tmp_path: Path) -> None:
    project = make(tmp_path, contract(SALES, {**CSV, "connection": "nowhere"}))
    with pytest.raises(ConfigError, match="GHALA_NOWHERE_DIR is not set"):
        texts(project)


def test_a_delivery_of_bad_rows_only_is_blocked_and_diff_says_what_became_of_it(tmp_path: Path) -> None:
    project = made(tmp_path)
    (landed,) = project.records()
    project.send(rows(change=lambda row: {**row, "price": "NaN", "qty": "inf"}))
    with pytest.raises(GateError, match=r"40 of 40 rows break the contract \(100\.0 %\)"):
        project.land()
    assert project.records() == [landed]
    assert [text.split(":")[0] for text in texts(project)] == [
        "column 'qty' is no longer BIGINT", "column 'price' is no longer DECIMAL(9,2)"
    ]  # fmt: skip
