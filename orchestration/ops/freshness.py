"""How old the data of each source table are, against what its contract promises."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from orchestration.ingest.model import Contract


def freshness(age_hours: float, warn: int | None, error: int | None) -> str:
    """The state of a source by the age of its last day against what its contract promises."""
    if warn is None and error is None:
        return ""
    if error is not None and age_hours > error:
        return "stale"
    return "late" if warn is not None and age_hours > warn else "fresh"


def age_of(last_day: Any, now: datetime) -> float:
    """Hours since the last landed day (a date, UTC) was over; 0 while it is not."""
    over = datetime.combine(last_day + timedelta(days=1), time(), UTC)
    return max((now - over).total_seconds() / 3600, 0.0)


def of_contracts(
    contracts: Iterable[Contract], newest: Mapping[tuple[str, str], Mapping[str, Any]], now: datetime
) -> list[dict[str, Any]]:
    """One row per contract. `newest` has logical_date, landed_at and cursor by (source, table); absent is `never`."""
    return [_row(contract, newest.get((contract.source, contract.table)), now) for contract in contracts]


def _row(contract: Contract, newest: Mapping[str, Any] | None, now: datetime) -> dict[str, Any]:
    warn, error = contract.freshness_warn_hours, contract.freshness_error_hours
    age = age_of(newest["logical_date"], now) if newest else None
    return {
        "source_name": contract.source,
        "table_name": contract.table,
        "newest_day": newest["logical_date"].isoformat() if newest else None,
        "newest_landed_at": str(newest["landed_at"]) if newest else None,
        "newest_cursor": newest["cursor"] if newest else None,
        "age_hours": None if age is None else round(age, 1),
        "warn_hours": warn,
        "error_hours": error,
        "status": "never" if age is None else freshness(age, warn, error),
        "owner": contract.owner,
    }
