"""One HTML page per contract for the people who own the source: what they send, what is checked, whom we call."""

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from orchestration.html import document, fact, table
from orchestration.ingest.model import Column, Contract, Quality

FOLDER = Path("docs/contracts")
TYPES = {
    "VARCHAR": "text", "INTEGER": "whole number (32 bits)", "BIGINT": "whole number", "DOUBLE": "floating-point number",
    "BOOLEAN": "true or false", "DATE": "date", "TIMESTAMP": "date and time",
}  # fmt: skip
COLUMNS = ("You send", "As", "What it means", "What is checked", "We call it")
BOUNDS = {"minimum": "at least", "maximum": "at most", "exclusiveMinimum": "more than", "exclusiveMaximum": "less than"}


def render(contracts: Sequence[Contract]) -> dict[Path, str]:
    """The text of each page, by its path relative to the project."""
    return {FOLDER / contract.source / f"{contract.table}.html": page(contract) for contract in contracts}


def page(contract: Contract) -> str:
    """One page that stands alone: no script, no font, no picture from elsewhere."""
    rules = [_rule(rule) for rule in contract.quality if rule.column is None]
    body = [
        f"<h1>{escape(contract.key)}</h1>",
        f'<p class="meta">Data contract, version {escape(contract.version)} · {escape(contract.domain)}</p>',
        f"<p>{escape(contract.description)}</p>",
        "<dl>",
        *fact("A row is known by", contract.grain),
        *fact("Who answers for it", f"{contract.owner} ({contract.team})"),
        *fact("Where we tell you", contract.channel),
        *fact("Where we read it", _where(contract)),
        *fact("How fresh it must be", _fresh(contract)),
        "</dl>",
        "<h2>What happens</h2><ul>",
        *(f"<li>{escape(line)}</li>" for line in _consequences(contract)),
        "</ul>",
        "<h2>Columns</h2>",
        *table(COLUMNS, (_row(column, contract) for column in contract.columns)),
        *(["<h2>Rules over several columns</h2><ul>", *rules, "</ul>"] if rules else []),
        *_left_out(contract),
    ]
    return document(contract.key, "Generated from the contract: change that, then run `ghala contract export`.", body)


def _where(contract: Contract) -> str:
    how = contract.extraction
    if how.type == "files":
        return f"{how.format} files: {how.path}, below the folder of '{how.connection}'"
    place = how.relation or how.query or how.path or ""
    kind = {"postgres": "PostgreSQL", "sqlite": "SQLite", "rest": "API"}[how.type]
    changed = f"; a row counts as changed when {how.cursor} moves" if how.cursor else ""
    return f"{kind} '{how.connection}': {place}{changed}"


def _fresh(contract: Contract) -> str:
    limits = ((contract.freshness_warn_hours, "we ask"), (contract.freshness_error_hours, "it counts as stale"))
    return "; ".join(f"after {hours} hours {what}" for hours, what in limits if hours)


def _consequences(contract: Contract) -> Iterator[str]:
    yield "A column that is missing, new or of another type stops the table; what was loaded before stays in use."
    yield "A row that breaks a rule is set aside with its reason. It lands once the row or the rule is corrected."
    yield f"When more than {contract.block_percent:g} % of the rows of a delivery break a rule, none of them lands."
    waits = [f"{wait / 60:g}" for wait in contract.retry_waits]
    yield (
        f"A source that does not answer is asked again after {', '.join(waits)} minutes; then its previous data stay,"
        " are marked as stale, and the missing days land by themselves when it is back."
        if waits
        else "A source that does not answer is not waited for: its previous data stay until the next run."
    )
    if contract.min_rows:
        yield f"A delivery with fewer than {contract.min_rows} rows does not land."
    if contract.extraction.on_bad_file == "skip":
        yield "A file that is empty, locked or cut off is left out and named; it lands when it has been repaired."
    if any(column.secret for column in contract.columns):
        yield "Personal columns are stored as keyed hashes only: nobody can read them in the warehouse."


def _row(column: Column, contract: Contract) -> list[str]:
    checks = [*_checks(column), *(_list(rule) for rule in contract.quality if rule.column == column.name)]
    personal = '<br><span class="tag">personal: hashed</span>' if column.secret else ""
    if column.classification and not column.secret:
        personal = f'<br><span class="tag">{escape(column.classification)}</span>'
    return [
        f"<code>{escape(column.source_name)}</code>",
        escape(_type(column)),
        escape(column.description) + personal,
        "<br>".join(escape(check) for check in checks) or "-",
        f"<code>{escape(column.name)}</code>",
    ]


def _type(column: Column) -> str:
    if column.type.startswith("DECIMAL"):
        digits, scale = column.type[8:-1].split(",")
        name = f"number with up to {digits} digits, {scale} of them after the point" if scale != "0" else "whole number"
    else:
        name = TYPES[column.type]
    return f"{name}, written {column.format}" if column.format else name


def _checks(column: Column) -> Iterator[str]:
    if column.key_position is not None:
        yield "part of the key"
    if column.required:
        yield "never empty"
    yield from (f"{BOUNDS[kind]} {limit}" for kind, limit in column.bounds)
    if column.min_length is not None:
        yield f"at least {column.min_length} characters"
    if column.max_length is not None:
        yield f"at most {column.max_length} characters"
    if column.pattern is not None:
        yield f"like {column.pattern}"
    if column.number is not None:
        form = column.number
        marks = [f"'{form.thousands}' between thousands"] if form.thousands else []
        marks += [f"'{form.decimal}' before decimals", *(f"with {mark}" for mark in form.currency)]
        yield "written with " + ", ".join(marks)
    if column.null_values:
        yield "empty, too: " + ", ".join(f"'{word}'" for word in column.null_values)
    yield from (f"refers to {target}" for target in column.references)


def _list(rule: Quality) -> str:
    if rule.valid_values is not None:
        return "one of " + ", ".join(rule.valid_values)
    return "never empty" if rule.not_null else f"like {rule.pattern}"


def _rule(rule: Quality) -> str:
    effect = "stops the delivery" if rule.severity == "error" else "sets the row aside"
    text = escape(rule.description or rule.id)
    return f"<li>{text} <code>{escape(rule.row_filter or '')}</code>; else it {effect}.</li>"


def _left_out(contract: Contract) -> Iterator[str]:
    if contract.drop_columns:
        names = ", ".join(f"<code>{escape(name)}</code>" for name in contract.drop_columns)
        yield f"<h2>Columns that are not taken</h2><p>{names}</p>"
