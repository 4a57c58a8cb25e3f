"""Workbooks as people make them: titles, totals, day numbers, codes without their zeros."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.errors import ConfigError
from tests.python.ingest.project import Project, contract, make

PAD = [{"property": "padTo", "value": 4}]
FORM = [{"property": "padTo", "value": "GH000000"}]
SHEET: dict[str, dict[str, Any]] = {
    "row_no": {"type": "INTEGER", "physicalName": "$row", "primaryKey": True},
    "code": {"type": "VARCHAR", "physicalName": "Code", "customProperties": PAD},
    "sku": {"type": "VARCHAR", "physicalName": "SKU", "customProperties": FORM},
    "qty": {"type": "BIGINT", "physicalName": "Qty", "required": True},
    "counted_at": {"type": "TIMESTAMP", "physicalName": "Counted At"},
    "seen_on": {"type": "DATE", "physicalName": "Seen On"},
}
HEADER = ["Code", "SKU", "Qty", "Counted At", "Seen On"]
EXCEL = {
    "type": "files",
    "connection": "drop",
    "path": "*.xlsx",
    "format": "excel",
    "skipRows": ["TOTAL", "Grand total"],
}
EPOCH = datetime(1899, 12, 30)
WIDTH = len(HEADER)


def workbook(project: Project, rows: list[list[object]], name: str = "a.xlsx", title: str = "") -> None:
    book = xlsxwriter.Workbook(project.drop / name)
    sheet = book.add_worksheet()
    if title:
        sheet.merge_range(0, 0, 0, WIDTH - 1, title)
        sheet.write_string(1, 2, "printed by hand")
    moments = {datetime: "yyyy-mm-dd hh:mm:ss", date: "yyyy-mm-dd"}
    formats = {kind: book.add_format({"num_format": text}) for kind, text in moments.items()}
    for r, row in enumerate(rows, 3 if title else 0):
        for c, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(r, c, value)
            elif isinstance(value, date):
                sheet.write_datetime(r, c, value, formats[type(value)])
            else:
                sheet.write(r, c, value)
    book.close()


def serial(moment: datetime) -> float:
    return (moment - EPOCH) / timedelta(days=1)


def project_in(folder: Path, **extraction: Any) -> Project:
    return make(folder, contract(SHEET, {**EXCEL, **extraction}))


COUNTS = st.tuples(
    st.integers(0, 9999),
    st.integers(0, 10**9),
    st.datetimes(datetime(1930, 1, 1), datetime(2170, 1, 1)).map(lambda t: t.replace(microsecond=0)),
    st.dates(date(1930, 1, 1), date(2170, 1, 1)),
)
WAYS = st.tuples(*[st.integers(0, 2)] * 4)


def written(values: tuple[int, int, datetime, date], ways: tuple[int, ...]) -> list[object]:
    """One row of a sheet in one of the ways in which Excel or a person may have put it."""
    code, qty, moment, day = values
    midnight = datetime(day.year, day.month, day.day)
    return [
        (f"{code:04}", code, f"{code}.0")[ways[0]],
        (f"GH{code:06}", code, f" {code} ")[ways[0]],
        (qty, f" {qty}", f"{qty}.0")[ways[1]],
        (str(moment), serial(moment), moment)[ways[2]],
        (str(day), serial(midnight), day)[ways[3]],
    ]


@given(
    rows=st.lists(st.tuples(COUNTS, WAYS), max_size=8),
    titled=st.booleans(),
    total=st.sampled_from(["", "Total:", "GRAND TOTAL"]),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_sheet_lands_as_it_was_meant_however_it_was_written(
    tmp_path: Path, rows: list[tuple[Any, Any]], titled: bool, total: str
) -> None:
    project = project_in(tmp_path)
    lines: list[list[object]] = [list(HEADER), *(written(*row) for row in rows)]
    if total:
        lines += [[None] * WIDTH, [total, None, sum(values[1] for values, _ in rows), None, None]]
    workbook(project, lines, title="Stock count of WH07" if titled else "")
    (record,) = project.land()
    expected = [
        (n, f"{code:04}", f"GH{code:06}", qty, moment, day) for n, ((code, qty, moment, day), _) in enumerate(rows, 1)
    ]
    assert project.rows(record).rows() == expected
    assert record.extracted == record.rows + record.quarantined + record.deduplicated
    assert (record.quarantined, record.deduplicated) == (0, int(bool(total)))


def test_a_total_row_that_the_contract_does_not_name_is_checked_like_any_row(tmp_path: Path) -> None:
    project = project_in(tmp_path, skipRows=["SUM"])
    rows: list[list[object]] = [["0001", "GH000001", n, None, None] for n in range(30)]
    workbook(project, [list(HEADER), *rows, ["TOTAL", None, None, None, None]])
    (record,) = project.land()
    assert (record.extracted, record.rows, record.quarantined, record.deduplicated) == (31, 30, 1, 0)


@pytest.mark.parametrize("value", ["12.5", "1e3", "46091", "20260310", "123456.5"])
def test_what_is_no_date_stays_none(tmp_path: Path, value: str) -> None:
    project = make(tmp_path, contract(SHEET, EXCEL, custom={"blockThreshold": 100}))
    workbook(project, [list(HEADER), ["0001", "GH000001", 1, None, value]])
    (record,) = project.land()
    assert record.rows == (1 if value == "46091" else 0)


def test_a_format_of_the_contract_also_holds_for_day_numbers(tmp_path: Path) -> None:
    columns = {**SHEET, "seen_on": {**SHEET["seen_on"], "logicalTypeOptions": {"format": "dd/MM/yyyy"}}}
    project = make(tmp_path, contract(columns, EXCEL))
    workbook(project, [list(HEADER), ["0001", "x", 1, None, "10/03/2026"], ["0001", "x", 1, None, 46091]])
    (record,) = project.land()
    assert project.rows(record)["seen_on"].to_list() == [date(2026, 3, 10)] * 2


def test_local_day_numbers_become_utc(tmp_path: Path) -> None:
    project = project_in(tmp_path, timezone="Africa/Nairobi")
    workbook(project, [list(HEADER), ["0001", "x", 1, serial(datetime(2026, 3, 11, 1, 30)), None]])
    (record,) = project.land()
    assert project.rows(record)["counted_at"].to_list() == [datetime(2026, 3, 10, 22, 30)]


def test_a_code_longer_than_its_form_and_a_code_with_letters_stay(tmp_path: Path) -> None:
    project = project_in(tmp_path)
    workbook(project, [list(HEADER), ["12345", "1234567", 1, None, None], ["A1", "gh 12", 1, None, None]])
    (record,) = project.land()
    assert project.rows(record).select("code", "sku").rows() == [("12345", "1234567"), ("A1", "gh 12")]


def test_padding_a_column_that_is_no_text_of_a_file_is_refused(tmp_path: Path) -> None:
    columns = {**SHEET, "qty": {**SHEET["qty"], "customProperties": PAD}}
    with pytest.raises(ConfigError, match="padTo of 'qty'"):
        _ = make(tmp_path, contract(columns, EXCEL)).contracts
