"""The contract of a source table: the only place that says what its data mean and how they are checked."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

from orchestration.errors import ConfigError
from orchestration.ingest import contract_file
from orchestration.ingest.contract_options import check_options, number_form
from orchestration.ingest.contract_rules import broken, column_rule, table_rules
from orchestration.ingest.model import Column, Contract, Extraction, KeyCompare, Quality

__all__ = ["Column", "Contract", "Extraction", "Quality", "load_contract", "load_contracts"]

TYPES = re.compile(r"VARCHAR|INTEGER|BIGINT|DOUBLE|BOOLEAN|DATE|TIMESTAMP|DECIMAL\((\d+),(\d+)\)")
FITTING = {
    "string": ("VARCHAR",),
    "integer": ("INTEGER", "BIGINT"),
    "number": ("DECIMAL", "DOUBLE"),
    "boolean": ("BOOLEAN",),
    "date": ("DATE",),
    "timestamp": ("TIMESTAMP",),
}
BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
# Options that landing turns into a check; any other one would be a promise that nobody keeps.
OPTIONS = {
    "string": {"pattern", "minLength", "maxLength"},
    "integer": set(BOUNDS),
    "number": set(BOUNDS),
    "boolean": set(),
    "date": {*BOUNDS, "format"},
    "timestamp": {*BOUNDS, "format"},
}
# Keys of an extraction whose field has another name.
EXTRACTION_FIELDS = {
    "pageSize": "page_size", "onMissing": "on_missing", "onBadFile": "on_bad_file", "skipRows": "skip_rows",
    "lookbackDays": "lookback_days", "keyCompare": "key_compare", "finalNewline": "final_newline",
}  # fmt: skip
LISTS = {"parents", "delimiter", "encoding", "skip_rows"}
DEFAULT_BLOCK_PERCENT = 5.0  # the share of failing rows above which a batch is more likely broken than dirty
MAX_DECIMAL_DIGITS = 38
SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0}


def load_contracts(folder: Path) -> tuple[Contract, ...]:
    """All contracts of a folder `<source>/<table>.odcs.yaml`, sorted by key. Raises ConfigError on the first broken."""
    files = sorted(folder.glob("*/*.odcs.yaml"))
    if not files:
        raise ConfigError("there is no contract", str(folder), "write contracts/<source>/<table>.odcs.yaml")
    return tuple(load_contract(file) for file in files)


def load_contract(file: Path) -> Contract:
    """One contract, checked against the standard's schema and then against what landing can do."""
    document = contract_file.read(file)
    try:
        contract = _built(document, file)
    except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError) as error:
        # What the standard leaves open may hold any value: `value: yes` where hours are meant.
        problem = f"a value in it is of another kind than landing expects ({error})"
        raise broken(file, problem, "correct the value") from error
    check_options(contract)
    return contract


def _built(document: dict[str, Any], file: Path) -> Contract:
    table = file.name.removesuffix(".odcs.yaml")
    if document.get("name") != table or len(document.get("schema") or []) != 1:
        raise broken(file, f"it must have the name '{table}' and exactly one schema", "name it like its file")
    schema = document["schema"][0]
    custom = _custom(document)
    if "extraction" not in custom:
        raise broken(file, "it does not say how its rows are fetched", "add the custom property 'extraction'")
    properties = schema.get("properties") or []
    columns = tuple(_column(entry, file) for entry in properties)
    _no_twins(columns, file)
    min_rows, rules = table_rules(schema.get("quality") or [], file)
    for column, entry in zip(columns, properties, strict=True):
        rules += [column_rule(quality, column.name, file) for quality in entry.get("quality") or []]
    contract = Contract(
        source=file.parent.name,
        table=table,
        version=str(document["version"]),
        file=file,
        domain=str(document.get("domain", "")),
        description=str((document.get("description") or {}).get("purpose", "")),
        grain=str(schema.get("dataGranularityDescription", "")),
        owner=_owner(document),
        team=str((document.get("team") or {}).get("name", "")),
        channel=str(((document.get("support") or [{}])[0]).get("channel", "")),
        columns=columns,
        quality=tuple(rule for rule in rules if rule is not None),
        extraction=_extraction(custom["extraction"]),
        drop_columns=tuple(custom.get("dropColumns", ())),
        block_percent=float(custom.get("blockThreshold", DEFAULT_BLOCK_PERCENT)),
        min_rows=min_rows,
        tags=tuple(schema.get("tags") or ()),
        freshness_warn_hours=_hours(custom.get("freshnessWarnAfter")),
        freshness_error_hours=_latency(document),
        **({"retry_waits": _waits(custom["retryWaits"])} if "retryWaits" in custom else {}),
    )
    if contract.extraction.cursor and contract.cursor_column is None:
        raise broken(file, f"the cursor '{contract.extraction.cursor}' is no column of it", "name one of its columns")
    return contract


def _column(entry: dict[str, Any], file: Path) -> Column:
    name, options = str(entry["name"]), entry.get("logicalTypeOptions") or {}
    type_ = str(entry.get("physicalType", "")).upper().replace(" ", "")
    match, logical = TYPES.fullmatch(type_), str(entry.get("logicalType", ""))
    digits = int(match[1]) if match and match[1] else 0
    if not match or type_.split("(")[0] not in FITTING.get(logical, ()) or digits > MAX_DECIMAL_DIGITS:
        known = "VARCHAR, INTEGER, BIGINT, DECIMAL(p,s), DOUBLE, BOOLEAN, DATE, TIMESTAMP"
        raise broken(file, f"column '{name}' has the types '{logical}' and '{type_}'", f"use one of {known} that fits")
    if unchecked := sorted(set(options) - OPTIONS[logical]):
        raise broken(file, f"landing cannot check {unchecked} of column '{name}'", "remove it, or write a rowFilter")
    if entry.get("unique") and not entry.get("primaryKey"):
        raise broken(file, f"landing checks the primary key only, not 'unique' of '{name}'", "test it in dbt instead")
    return Column(
        name=str(entry.get("encryptedName", name)),
        source_name=str(entry.get("physicalName", name)),
        type=type_,
        description=str(entry.get("description", "")),
        required=bool(entry.get("required", False)) or bool(entry.get("primaryKey", False)),
        key_position=int(entry.get("primaryKeyPosition", 1)) if entry.get("primaryKey") else None,
        pattern=options.get("pattern"),
        bounds=tuple((bound, str(options[bound])) for bound in BOUNDS if bound in options),
        min_length=options.get("minLength"),
        max_length=options.get("maxLength"),
        format=options.get("format"),
        secret="encryptedName" in entry,
        normalise=_custom(entry).get("normalise"),
        pad_to=_form(_custom(entry).get("padTo")),
        number=number_form(_custom(entry).get("numberFormat")),
        null_values=tuple(_custom(entry).get("nullValues", ())),
        trim=bool(_custom(entry).get("trim", False)),
        classification=entry.get("classification"),
        critical=bool(entry.get("criticalDataElement", False)),
        tags=tuple(entry.get("tags") or ()),
        subject=_custom(entry).get("dataSubject"),
        references=tuple(str(r["to"]) for r in entry.get("relationships") or () if isinstance(r.get("to"), str)),
    )


def _form(pad_to: int | str | None) -> str | None:
    return "0" * pad_to if isinstance(pad_to, int) else pad_to


def _no_twins(columns: tuple[Column, ...], file: Path) -> None:
    counts = Counter(column.name for column in columns)
    if twins := sorted(name for name, count in counts.items() if count > 1):
        raise broken(file, f"columns are declared twice: {', '.join(twins)}", "keep one of each")


def _custom(entry: dict[str, Any]) -> dict[str, Any]:
    return {item["property"]: item["value"] for item in entry.get("customProperties") or []}


def _extraction(value: dict[str, Any]) -> Extraction:
    fields = {EXTRACTION_FIELDS.get(key, key): item for key, item in value.items()}
    for name in LISTS & set(fields):
        fields[name] = (fields[name],) if isinstance(fields[name], str) else tuple(fields[name])
    if "key_compare" in fields:
        fields["key_compare"] = KeyCompare(**fields["key_compare"])
    return Extraction(**fields)


def _owner(document: dict[str, Any]) -> str:
    members = (document.get("team") or {}).get("members") or []
    return next((str(m.get("username", "")) for m in members if m.get("role") == "owner"), "")


def _hours(text: str | None) -> int | None:
    return None if text is None else int(text[:-1]) * (24 if text.endswith("d") else 1)


def _waits(texts: list[str]) -> tuple[float, ...]:
    return tuple(int(text[:-1]) * SECONDS[text[-1]] for text in texts)


def _latency(document: dict[str, Any]) -> int | None:
    """The hours after which the source counts as stale: the `latency` of the service level."""
    for entry in document.get("slaProperties") or []:
        if entry["property"] == "latency":
            return int(float(entry["value"]) * (24 if str(entry.get("unit", "h")).startswith("d") else 1))
    return None
