"""A draft as YAML in the style of the other contracts; what is doubtful stands beside its column as a comment."""

import json
import re
from typing import Any

from orchestration.ingest.infer.guess import custom_of
from orchestration.ingest.infer.model import Draft, Guess

LOGICAL = {"VARCHAR": "string", "INTEGER": "integer", "BIGINT": "integer", "DOUBLE": "number", "BOOLEAN": "boolean",
           "DATE": "date", "TIMESTAMP": "timestamp"}  # fmt: skip
PLAIN = re.compile(r"[A-Za-z_/][A-Za-z0-9_./-]*")
# What YAML 1.1 takes for something else than text.
RESERVED = re.compile(r"(?i)y|n|yes|no|on|off|true|false|null|nan|inf|_+")


def render(draft: Draft, *, owner: str, channel: str) -> str:
    """The text of the contract file."""
    source, table = draft.source, draft.table
    page = f"https://example.org/slack/{channel.lstrip('#')}"
    grain = ", ".join(g.column.name for g in sorted(draft.guesses, key=_position) if g.column.key_position)
    lines = [
        f"# Inferred from {draft.sample.frame.height} rows of {_last(draft.sample.origin)}: read it, then delete what",
        "# is answered. DOUBT marks what the rows alone cannot tell; «To be described» is for you.",
        *(f"# DOUBT: {doubt}" for doubt in draft.doubts),
        "apiVersion: v3.1.0",
        "kind: DataContract",
        f"id: urn:ghala:bronze:{source}:{table}",
        f"name: {text(table)}",
        "version: 1.0.0",
        "status: active",
        f"domain: {text(source)}",
        "tenant: ghala",
        "description:",
        f"  purpose: {text(f'{table} as landed from {source}. To be described.')}",
        f"  usage: Input of stg_{source}__{table}. Not for direct analyst use.",
        "servers:",
        "  - server: bronze",
        "    type: local",
        "    environment: dev",
        f"    path: bronze/{source}/{table}/**/*.parquet",
        "    format: parquet",
        "schema:",
        f"  - name: {text(table)}",
        f"    physicalName: {text(table)}",
        "    physicalType: table",
        "    logicalType: object",
        "    description: To be described.",
        f"    dataGranularityDescription: {text(grain or 'one row (no key)')}",
        f"    tags: [bronze, {text(source)}]",
        "    properties:",
        *(line for guess in draft.guesses for line in property_lines(guess)),
        "team:",
        f"  name: {source}-data",
        "  members:",
        f"    - {{username: {text(owner)}, role: owner}}",
        "support:",
        f"  - {{channel: {text(channel)}, tool: slack, scope: issues, url: {text(page)}}}",
        "customProperties:",
        "  - property: extraction",
        "    value:",
        *(f"      {key}: {value(item)}" for key, item in draft.sample.extraction.items()),
        *([f"      cursor: {text(draft.cursor)}"] if draft.cursor else []),
        *(
            [f"  - {{property: dropColumns, value: {value(list(draft.sample.dropped))}}}"]
            if draft.sample.dropped
            else []
        ),
        "  - {property: blockThreshold, value: 5}",
        "  - {property: onBreach, value: block}",
    ]
    return "\n".join(lines) + "\n"


def property_lines(guess: Guess) -> list[str]:
    """The lines of one column, indented as an item of `properties`."""
    column = guess.column
    name = column.name.removesuffix("_hmac") if column.secret else column.name
    type_ = f'"{column.type}"' if "(" in column.type else column.type
    lines = [f"      # DOUBT {name}: {' '.join(doubt.split())}" for doubt in guess.doubts] + [
        f"      - name: {text(name)}"
    ]
    lines += [f"        physicalName: {text(column.source_name, quote=True)}"] if column.source_name != name else []
    lines += [
        f"        logicalType: {LOGICAL.get(column.type, 'number')}",
        f"        physicalType: {type_}",
        f"        description: {text(column.description or _seen(guess))}",
    ]
    if column.key_position:
        lines += ["        primaryKey: true", f"        primaryKeyPosition: {column.key_position}"]
    lines += ["        required: true"] if column.required else []
    lines += ["        criticalDataElement: true"] if column.critical else []
    lines += [f"        classification: {column.classification}"] if column.classification else []
    lines += [f"        tags: [{', '.join(column.tags)}]"] if column.tags else []
    lines += [f"        encryptedName: {text(column.name)}"] if column.secret else []
    lines += [f"        logicalTypeOptions: {{format: {json.dumps(column.format)}}}"] if column.format else []
    if guess.values:
        listed = value(list(guess.values))
        lines += [
            "        quality:",
            f"          - id: {name}_values",
            "            metric: invalidValues",
            f"            arguments: {{validValues: {listed}}}",
            "            mustBe: 0",
            "            severity: warn",
            "            dimension: conformity",
        ]
    if custom := custom_of(column):
        lines += ["        customProperties:"]
        lines += [f"          - {{property: {key}, value: {value(item)}}}" for key, item in custom.items()]
    return lines


def text(words: str, *, quote: bool = False) -> str:
    """A YAML scalar; quoted where it could be read as something else. JSON strings are valid YAML."""
    bare = PLAIN.fullmatch(words) and not RESERVED.fullmatch(words) and not quote
    sentence = re.fullmatch(r"[A-Z][A-Za-z0-9 ,._%()-]*", words) and not quote and not RESERVED.fullmatch(words)
    return words if bare or sentence else json.dumps(words, ensure_ascii=not words.isprintable())


def value(item: Any) -> str:
    """Any value in YAML's flow style, on one line."""
    if isinstance(item, dict):
        return "{" + ", ".join(f"{key}: {value(inner)}" for key, inner in item.items()) + "}"
    if isinstance(item, list):
        return "[" + ", ".join(value(inner) for inner in item) + "]"
    return text(item) if isinstance(item, str) else json.dumps(item)


def _seen(guess: Guess) -> str:
    share = f" Missing in {100 * guess.missing:.1f} % of the rows." if guess.missing else ""
    return f"To be described.{share}"


def _position(guess: Guess) -> int:
    return guess.column.key_position or 0


def _last(origin: str) -> str:
    return re.sub(r"[^\w .:-]", "_", origin.rsplit("/", 1)[-1])
