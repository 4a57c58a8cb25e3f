"""JSON schemas of what Ghala adds to the contract standard: custom properties by the level they stand on."""

from typing import Any

TEXT: dict[str, Any] = {"type": "string", "minLength": 1}
NAMES: dict[str, Any] = {"type": "array", "items": TEXT, "uniqueItems": True}
# A connection's name becomes part of environment variables: GHALA_<NAME>_DSN, _URL, _TOKEN, _DIR.
CONNECTION: dict[str, Any] = {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"}


def _object(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


def _one_or_more(kind: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [kind, {"type": "array", "items": kind, "minItems": 1, "uniqueItems": True}]}


RELATION: dict[str, Any] = {"type": "string", "pattern": r"^[A-Za-z_][\w$]*(\.[A-Za-z_][\w$]*)?$"}
POSITIVE: dict[str, Any] = {"type": "integer", "minimum": 1}
POSTGRES = _object(
    ["type", "connection"],
    type={"const": "postgres"},
    connection=CONNECTION,
    relation=RELATION,
    query=TEXT,
    cursor=TEXT,
    # Where a key that vanished is noticed: it becomes a row with is_deleted (docs/adr/0007).
    keyCompare=_object(["relation"], relation=RELATION, days=POSITIVE),
)
REST = _object(
    ["type", "connection", "path"],
    type={"const": "rest"},
    connection=CONNECTION,
    path={"type": "string", "pattern": "^/"},
    cursor=TEXT,
    nested=TEXT,
    parents=NAMES,
    pageSize=POSITIVE,
)
FILES = _object(
    ["type", "connection", "path", "format"],
    type={"const": "files"},
    connection=CONNECTION,
    path=TEXT,
    format={"enum": ["excel", "csv", "parquet", "jsonl"]},
    cursor=TEXT,
    sheet=TEXT,
    delimiter=_one_or_more({"type": "string", "minLength": 1, "maxLength": 1}),
    encoding=_one_or_more({"type": "string", "enum": ["utf-8", "utf-16", "cp1252", "latin-1"]}),
    timezone=TEXT,
    # What a date without any file means: a stop (default), or a day on which nothing was sent.
    onMissing={"enum": ["block", "empty"]},
    # What an empty, locked or unreadable file means: a stop (default), or that it lands when it has been repaired.
    onBadFile={"enum": ["block", "skip"]},
    # Whether each file ends with the end of a line: then one that does not was cut off.
    finalNewline={"type": "boolean"},
    # First cells of rows that are no records, such as TOTAL.
    skipRows=NAMES,
    # How many days back a landed date is landed again when its files have changed.
    lookbackDays=POSITIVE,
)
SQLITE = _object(
    ["type", "connection", "relation"],
    type={"const": "sqlite"},
    connection=CONNECTION,  # the file is GHALA_<NAME>_FILE
    relation=TEXT,
    cursor=TEXT,
    timezone=TEXT,
)
EXTRACTIONS: dict[str, dict[str, Any]] = {"postgres": POSTGRES, "sqlite": SQLITE, "rest": REST, "files": FILES}

EXTRACTION: dict[str, Any] = {
    "type": "object",
    "required": ["type"],
    "properties": {"type": {"enum": list(EXTRACTIONS)}},
    "allOf": [
        {"if": {"properties": {"type": {"const": name}}, "required": ["type"]}, "then": schema}
        for name, schema in EXTRACTIONS.items()
    ],
}

SCHEMAS: dict[str, dict[str, dict[str, Any]]] = {
    "contract": {
        "extraction": EXTRACTION,
        "freshnessWarnAfter": {"type": "string", "pattern": "^[1-9][0-9]*[hd]$"},
        "blockThreshold": {"type": "number", "minimum": 0, "maximum": 100},  # percent of the extracted rows
        "dropColumns": NAMES,
        # How long the daily job waits before it tries the source again, attempt by attempt (docs/adr/0011).
        "retryWaits": {"type": "array", "maxItems": 10, "items": {"type": "string", "pattern": "^[1-9][0-9]*[smh]$"}},
        "onBreach": {"enum": ["block"]},
    },
    # padTo: the length of a code of digits, or its form such as GH000000, for files in which leading zeros get lost.
    "properties": {
        "normalise": {"enum": ["msisdn", "email"]},
        # How numbers stand in text: 1.234,50 is {thousands: ".", decimal: ","}; $ and KES are currency marks.
        "numberFormat": _object(
            [],
            thousands={"enum": [",", ".", "'", " "]},
            decimal={"enum": [".", ","]},
            currency={"type": "array", "items": TEXT, "minItems": 1, "uniqueItems": True},
            parentheses={"type": "boolean"},
        ),
        # The kind of person whom the value names: `ghala erase` finds them by it.
        "dataSubject": {"type": "string", "pattern": "^[a-z][a-z_]*$"},
        "nullValues": {"type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": True},
        "trim": {"type": "boolean"},
        "padTo": {"anyOf": [POSITIVE, {"type": "string", "pattern": "^[^0-9]*0+$"}]},
    },
    "quality": {
        "rowFilter": TEXT,
        "action": {"enum": ["quarantine"]},
        "arguments": _object([], validValues={"type": "array", "minItems": 1}, pattern=TEXT),
    },
    "other": {},
}
