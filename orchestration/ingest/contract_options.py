"""Options of a contract that only make sense together: a combination that landing would ignore is an error."""

import re
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from orchestration.ingest.contract_rules import broken
from orchestration.ingest.extract.listing import pattern_of
from orchestration.ingest.json_path import JsonPath, conflict
from orchestration.ingest.model import Column, Contract, NumberForm

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def check_options(contract: Contract) -> None:
    """Raises ConfigError for an option that cannot work with the rest of its contract."""
    _names(contract)
    _stays_inside(contract)
    _key_compare(contract)
    _paths(contract)
    how = contract.extraction
    if how.skip_rows and how.format not in ("excel", "csv"):
        raise broken(contract.file, f"skipRows is for csv and excel, not for {how.format}", "write a rowFilter")
    if how.final_newline and how.format != "csv":
        raise broken(contract.file, f"finalNewline is for csv, not for {how.format}", "remove it")
    if how.format != "csv" and (len(how.delimiter) > 1 or len(how.encoding) > 1):
        raise broken(contract.file, f"several delimiters or encodings are for csv, not for {how.format}", "remove them")
    for column in contract.columns:
        if column.pad_to is not None and (column.type != "VARCHAR" or contract.extraction.type != "files"):
            problem = f"padTo of '{column.name}' fills codes in files, and it is {column.type} of a "
            raise broken(contract.file, problem + contract.extraction.type, "remove it, or make the column a VARCHAR")

        _notation(contract, column)


def _names(contract: Contract) -> None:
    """Source and table become folders, files and names in SQL."""
    for name in (contract.source, contract.table):
        if not NAME.fullmatch(name):
            remedy = "name the contract and its folder with letters, digits and underscores"
            raise broken(contract.file, f"'{name}' is no name for a source or table", remedy)


def _stays_inside(contract: Contract) -> None:
    how = contract.extraction
    if how.type != "files":
        return
    path = pattern_of(contract, date(2026, 1, 1))
    if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts or "\0" in path:
        problem = f"the path '{how.path}' leaves the folder of the connection '{how.connection}'"
        raise broken(contract.file, problem, "write it relative to that folder, without '..'")


def number_form(value: dict[str, Any] | None) -> NumberForm | None:
    """The custom property numberFormat."""
    if value is None:
        return None
    return NumberForm(**{**value, "currency": tuple(value.get("currency", ()))})


def _notation(contract: Contract, column: Column) -> None:
    form = column.number
    if form is None:
        return
    if not column.type.startswith(("INTEGER", "BIGINT", "DECIMAL", "DOUBLE")):
        problem = f"numberFormat of '{column.name}' is for numbers, and it is {column.type}"
        raise broken(contract.file, problem, "remove it, or give the column a type of numbers")
    if form.thousands == form.decimal:
        problem = f"numberFormat of '{column.name}' has '{form.decimal}' for thousands and for decimals"
        raise broken(contract.file, problem, "name one mark for each")


def entity_key(contract: Contract) -> tuple[str, ...]:
    """The key columns without the cursor: what stays the same in all versions of a row."""
    cursor = contract.cursor_column
    return tuple(name for name in contract.primary_key if cursor is None or name != cursor.name)


def _key_compare(contract: Contract) -> None:
    if contract.extraction.key_compare is None:
        return
    types = {column.name: column.type for column in contract.columns}
    cursor = contract.cursor_column
    if cursor is None or cursor.type != "TIMESTAMP":
        raise broken(contract.file, "keyCompare needs a cursor that is a TIMESTAMP", "name one under extraction")
    if types.get("is_deleted") != "BOOLEAN":
        remedy = "add the column, or remove keyCompare"
        raise broken(contract.file, "keyCompare writes is_deleted, and no BOOLEAN column has that name", remedy)
    if not entity_key(contract):
        raise broken(contract.file, "keyCompare needs a primary key beside the cursor", "declare one")
    if any(column.secret for column in contract.columns if column.name in entity_key(contract)):
        raise broken(contract.file, "keyCompare cannot compare a key that is stored as a hash", "remove keyCompare")


def _paths(contract: Contract) -> None:
    if contract.extraction.format != "jsonl":
        return
    paths = []
    for column in contract.columns:
        if not column.source_name.startswith("$"):
            path = JsonPath.parse(column.source_name)
            if path is None:
                remedy = "write key.key.key, or key.list[Name] for the Value of the element with that Name"
                raise broken(contract.file, f"'{column.source_name}' of '{column.name}' is no path", remedy)
            paths.append(path)
    if clash := conflict(paths):
        raise broken(contract.file, f"'{clash[0]}' is a value and an object ('{clash[1]}')", "keep one of the two")
