"""The quality rules of a contract that landing can check, parsed; one that it cannot check is an error, not a gap."""

from pathlib import Path
from typing import Any

from orchestration.errors import ConfigError
from orchestration.ingest.model import Quality

ROW_LIMITS = {"mustBe": 0.0, "mustBeLessThan": 1.0, "mustBeLessOrEqualTo": 0.0}  # operator -> what it allows less


def broken(file: Path, problem: str, remedy: str) -> ConfigError:
    """The error of a contract that is well-formed but says something that landing cannot do."""
    return ConfigError(f"the contract is broken: {problem}", str(file), f"{remedy}, then run again")


def column_rule(entry: dict[str, Any], column: str, file: Path) -> Quality | None:
    """A rule of one column; None for a rule in prose."""
    metric, arguments = entry.get("metric"), entry.get("arguments") or {}
    if entry.get("type") == "text":
        return None
    values = arguments.get("validValues")
    if metric not in ("invalidValues", "nullValues") or (metric == "invalidValues" and len(arguments) != 1):
        known = "invalidValues with validValues or pattern, nullValues"
        raise broken(file, f"landing cannot check the rule '{_name(entry)}' of column '{column}'", f"use {known}")
    allowed, percent = _allowed(entry, file)
    return Quality(
        id=_name(entry) or f"{column}_{metric}",
        column=column,
        description=str(entry.get("description", "")),
        severity=_severity(entry, file),
        valid_values=None if values is None else tuple(str(value) for value in values),
        pattern=arguments.get("pattern"),
        not_null=metric == "nullValues",
        allowed=allowed,
        percent=percent,
    )


def table_rules(entries: list[dict[str, Any]], file: Path) -> tuple[int, list[Quality | None]]:
    """The least number of rows a partition must have, and the rules over several columns."""
    least = 0
    rules: list[Quality | None] = []
    for entry in entries:
        filters = [item["value"] for item in entry.get("customProperties") or [] if item["property"] == "rowFilter"]
        if entry.get("metric") == "rowCount" and _severity(entry, file) == "error":
            least = max(least, _least_rows(entry, file))
        elif entry.get("type") == "sql" and len(filters) == 1:
            allowed, percent = _allowed(entry, file)
            rules.append(
                Quality(
                    id=_name(entry),
                    column=None,
                    description=str(entry.get("description", "")),
                    severity=_severity(entry, file),
                    row_filter=str(filters[0]),
                    allowed=allowed,
                    percent=percent,
                )
            )
        elif entry.get("type") != "text":
            remedy = "give it a rowFilter, or make it a rowCount of severity error"
            raise broken(file, f"landing cannot check the rule '{_name(entry)}'", remedy)
    return least, rules


def _name(entry: dict[str, Any]) -> str:
    return str(entry.get("id") or entry.get("name") or entry.get("metric") or "")


def _severity(entry: dict[str, Any], file: Path) -> str:
    severity = str(entry.get("severity", "warn"))
    if severity not in ("warn", "error"):
        raise broken(file, f"rule '{_name(entry)}' has the severity '{severity}'", "use 'warn' or 'error'")
    return severity


def _allowed(entry: dict[str, Any], file: Path) -> tuple[float, bool]:
    """How many breaching rows an error rule tolerates, and whether that is in percent."""
    percent = entry.get("unit") == "percent"
    for operator, less in ROW_LIMITS.items():
        if operator in entry:
            # `mustBeLessThan: 1` row means none, but less than 1 percent may be 0.99.
            return max(0.0, _number(entry, operator, file) - (0.0 if percent else less)), percent
    raise broken(file, f"rule '{_name(entry)}' counts bad rows but sets no upper limit", "use mustBe or mustBeLessThan")


def _least_rows(entry: dict[str, Any], file: Path) -> int:
    if "mustBeGreaterThan" in entry:
        return int(_number(entry, "mustBeGreaterThan", file)) + 1
    if "mustBeGreaterOrEqualTo" in entry:
        return int(_number(entry, "mustBeGreaterOrEqualTo", file))
    raise broken(file, f"rule '{_name(entry)}' sets no least number of rows", "use mustBeGreaterThan")


def _number(entry: dict[str, Any], operator: str, file: Path) -> float:
    value = entry[operator]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise broken(file, f"{operator} of rule '{_name(entry)}' is {value!r} and no number", "write a number")
    return float(value)
