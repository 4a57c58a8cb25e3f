"""Excel: a sheet as text, its header wherever it stands, and what a spreadsheet does to values undone."""

from pathlib import Path

import polars as pl

from orchestration.ingest.drift import gate
from orchestration.ingest.extract.archive import check_workbook
from orchestration.ingest.extract.batch import BadFileError
from orchestration.ingest.extract.repair import unexcelled
from orchestration.ingest.model import Contract

HEADER_ROWS = 50  # how far down the header may stand


def sheet(contract: Contract, file: Path) -> pl.DataFrame:
    """The rows below the header, as text; rows without any value are no rows.

    The header is the first row that holds all columns of the contract. Raises BadFileError for a file that is no
    workbook or has no cell, GateError for one without the contract's sheet.
    """
    import fastexcel  # noqa: PLC0415  (only Excel needs it)

    name = contract.extraction.sheet
    check_workbook(file)
    try:
        book = fastexcel.read_excel(file)
        if name is not None and name not in book.sheet_names:
            raise gate(
                contract, f"it has no sheet '{name}' but {', '.join(book.sheet_names)}", str(file), kind="schema"
            )
        cells = book.load_sheet(name if name is not None else 0, header_row=None, dtypes="string").to_polars()
    except fastexcel.FastExcelError as error:
        raise BadFileError(f"the file cannot be read: {str(error).splitlines()[0]}") from error
    if cells.is_empty():
        raise BadFileError("the file cannot be read: its sheet has no cell")
    frame = _below(contract, cells, _header_row(contract, cells), str(file))
    return frame.with_columns(unexcelled(contract.columns, frame))


def _header_row(contract: Contract, cells: pl.DataFrame) -> int:
    """The first row with all columns; without one the row with most of them: what is missing is said in words."""
    wanted = {column.source_name for column in contract.columns}
    found = [len(wanted & set(_texts(row))) for row in cells.head(HEADER_ROWS).rows()]
    return found.index(max(found))


def _below(contract: Contract, cells: pl.DataFrame, header: int, origin: str) -> pl.DataFrame:
    rows = cells.slice(header + 1).filter(~pl.all_horizontal(pl.all().is_null()))
    names: dict[str, str] = {}
    for position, (column, text) in enumerate(zip(cells.columns, _texts(cells.row(header)), strict=True), 1):
        if text or rows[column].null_count() < rows.height:  # beside the table there may be empty columns
            names[column] = text or f"column {position}"
    twins = sorted({text for text in names.values() if list(names.values()).count(text) > 1})
    if twins:
        raise gate(contract, f"columns stand twice in its header: {', '.join(twins)}", origin, kind="schema")
    return rows.select(list(names)).rename(names)


def _texts(row: tuple[str | None, ...]) -> list[str]:
    return [(text or "").strip() for text in row]
