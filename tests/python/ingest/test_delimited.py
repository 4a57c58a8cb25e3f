"""CSV files of several dialects in one table, and files that were cut off."""

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.errors import GateError
from tests.python.ingest.project import Project, sales

QUOTES: dict[str, dict[str, Any]] = {
    "file": {"type": "VARCHAR", "physicalName": "$file", "primaryKey": True},
    "row_no": {"type": "INTEGER", "physicalName": "$row", "primaryKey": True, "primaryKeyPosition": 2},
    "name": {"type": "VARCHAR", "physicalName": "Item Name."},
    "cost": {"type": "DECIMAL(9,2)", "physicalName": "A/C No. [cost]", "required": True},
}
DIALECTS = {"path": "*.csv", "delimiter": [",", ";"], "encoding": ["utf-8", "latin-1"], "cursor": "cost"}
HEADER = ("Item Name.", "A/C No. [cost]")


def quotes(folder: Path, **extraction: Any) -> Project:
    return sales(folder, None, columns=QUOTES, extraction={**DIALECTS, **extraction}, custom={"blockThreshold": 100})


@given(
    rows=st.lists(
        st.tuples(
            st.text(st.characters(codec="latin-1", exclude_categories=["C"]), min_size=1, max_size=9),
            st.decimals(0, 99, places=2),
        ),
        min_size=1,
        max_size=8,
    ),
    delimiter=st.sampled_from([",", ";"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "latin-1"]),
    end=st.sampled_from(["\n", "\r\n"]),
)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_dialect_of_each_file_is_found(
    tmp_path: Path, rows: list[tuple[str, Decimal]], delimiter: str, encoding: str, end: str
) -> None:
    project = quotes(tmp_path)
    lines = [delimiter.join(HEADER)]
    lines += ['"{}"{}{}'.format(name.replace('"', '""'), delimiter, cost) for name, cost in rows]
    content = (end.join(lines) + end).encode(encoding)
    project.send(content, "b.csv")
    project.send(f"{';'.join(HEADER)}\nplain;1.00\n", "a.csv")
    (record,) = project.land()
    landed = project.rows(record).filter(file="b")
    assert landed["cost"].to_list() == [cost for _, cost in rows]
    assert landed["name"].to_list() == [row[0] for row in csv.reader(lines_of(content)[1:], delimiter=delimiter)]


def lines_of(content: bytes) -> list[str]:
    """The file as its reader must see it: UTF-8 where every byte of it is, else latin-1."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    return text.splitlines(keepends=True)


def test_a_header_that_fits_no_delimiter_says_what_is_missing(tmp_path: Path) -> None:
    project = quotes(tmp_path)
    project.send("Item Name.;Cost\nx;1\n", "a.csv")
    with pytest.raises(GateError) as caught:
        project.land()
    assert "column 'A/C No. [cost]' is missing" in caught.value.what and "column 'Cost' is new" in caught.value.what


def test_a_header_that_fits_two_delimiters_is_no_guess(tmp_path: Path) -> None:
    columns = {"id": {"type": "VARCHAR"}}
    project = sales(tmp_path, None, columns=columns, extraction={**DIALECTS, "cursor": "id"})
    project.send("id;x,id,id;y\n1,2;3\n", "a.csv")
    with pytest.raises(GateError, match="fits more than one delimiter"):
        project.land()
    project.send("id\n1\n", "a.csv")
    assert project.land()[0].rows == 1, "one column has no delimiter at all"


def test_one_strange_byte_makes_the_whole_file_latin_1(tmp_path: Path) -> None:
    project = quotes(tmp_path)
    project.send(f"{';'.join(HEADER)}\n".encode() + "café;1\n".encode("latin-1") + b"tea;2\n", "a.csv")
    (record,) = project.land()
    assert project.rows(record)["name"].to_list() == ["café", "tea"]
    assert not list((project.home / "bronze").glob(".spool*"))


@pytest.mark.parametrize("rest", ["two", 'two,"2', "two,2.5"])
def test_a_file_that_was_cut_off_does_not_land(tmp_path: Path, rest: str) -> None:
    project = quotes(tmp_path, finalNewline=True)
    project.send(f"{','.join(HEADER)}\none,1.00\n{rest}", "a.csv")
    with pytest.raises(GateError, match="the file cannot be read"):
        project.land()


def test_a_last_line_without_an_end_is_whole_unless_the_contract_says_otherwise(tmp_path: Path) -> None:
    project = quotes(tmp_path)
    project.send(f"{','.join(HEADER)}\none,1.00\ntwo,2.50", "a.csv")
    assert project.land()[0].rows == 2
    project.send(f"{','.join(HEADER)}\none,1.00\ntwo", "a.csv")
    with pytest.raises(GateError, match="its last row is cut off"):
        project.land()
