"""The page of one mart: what a row is, its columns, its gates, what it is made of and who reads it."""

from orchestration.dictionary.collect import Column, Mart
from orchestration.dictionary.markdown import GENERATED, code, page_of, table

TEXTS = ("varchar",)
TIMES = {"date": "date", "timestamp": "time (UTC)", "boolean": "yes or no"}
HISTORY = {0: "fixed (SCD0)", 1: "overwritten (SCD1)", 2: "with history (SCD2)"}
ADDING = {
    "additive": "sum over everything",
    "semi-additive": "sum, but never over dates",
    "non-additive": "never sum",
}
KINDS = {"fct": "fact", "dim": "dimension", "mart": "summary of facts"}
TIERS = {1: "1 blocks publishing", 2: "2 warns", 3: "3 flags"}


def render(mart: Mart) -> str:
    """The page as Markdown."""
    lines = [GENERATED, "", f"# {mart.relation}", "", mart.description, "", *_notice(mart), *_facts(mart)]
    lines += ["", "## Columns", "", *_columns(mart)]
    if mart.is_fact:
        lines += ["", "## Measures", "", *_measures(mart)]
    lines += ["", "## Gates", "", *_gates(mart)]
    lines += ["", "## Made from", "", *_made_from(mart)]
    return "\n".join(lines).rstrip() + "\n"


def _notice(mart: Mart) -> list[str]:
    if mart.version == mart.latest_version:
        return []
    latest = next(relation for relation, version in mart.versions.items() if version == mart.latest_version)
    until = f" and stays until {mart.deprecation_date}" if mart.deprecation_date else ""
    return [f"> This is version {mart.version}{until}. Read {page_of(latest)} (version {mart.latest_version}).", ""]


def _facts(mart: Mart) -> list[str]:
    kind = KINDS[mart.relation.partition("_")[0]] + f", {mart.materialized} table".replace("table table", "table")
    rows = [
        ["one row per", ", ".join(code(name) for name in mart.grain)],
        ["kind", kind],
        ["owner", f"{mart.owner}; group {mart.group} ({mart.group_mail})"],
        ["version", _versions(mart)],
        ["contract", "columns, types and not-null are enforced at every build; a change of them is a new version"],
        ["read by", ", ".join(mart.readers) or "nobody yet"],
    ]
    return table(["", ""], rows)


def _versions(mart: Mart) -> str:
    others = [f"version {version}: {page_of(relation)}" for relation, version in sorted(mart.versions.items())]
    return ", ".join([str(mart.version), *others])


def _columns(mart: Mart) -> list[str]:
    rows = [
        [code(column.name), column.type, "" if column.required else "yes", _role(column, mart), column.description]
        for column in mart.columns
    ]
    return table(["column", "type", "may be empty", "role", "description"], rows)


def _role(column: Column, mart: Mart) -> str:
    if column.refers_to and column.refers_to.startswith("dim_"):
        return f"key of {page_of(column.refers_to)}"
    guard = f", guarded by {code(column.refers_to)}" if column.refers_to else ""
    return _kind(column, mart) + guard


def _kind(column: Column, mart: Mart) -> str:
    if column.name in mart.grain:
        return "grain"
    if column.name.startswith("_"):
        return "technical"
    if column.additivity:
        return "measure"
    if column.scd is not None:
        return HISTORY[column.scd]
    return TIMES.get(column.type, "text" if column.type in TEXTS else "number")


def _measures(mart: Mart) -> list[str]:
    measures = [column for column in mart.columns if column.additivity]
    rows = [[code(column.name), column.additivity or "", ADDING[column.additivity or ""]] for column in measures]
    return table(["measure", "additivity", "how to add"], rows) or ["None: rows are counted."]


def _gates(mart: Mart) -> list[str]:
    rows = [[TIERS[check.tier], code(check.name), check.guards] for check in mart.checks]
    return table(["tier", "test", "what it is about"], rows) or ["None of its own."]


def _made_from(mart: Mart) -> list[str]:
    rows = [[source.key, f"[contract](../../{source.contract})", source.owner] for source in mart.sources]
    return table(["source table", "contract", "owner"], rows) or ["Reference tables only (`seeds/`)."]
