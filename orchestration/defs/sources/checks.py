"""What Dagster shows of a source table's quality: a check per tier, evaluated whenever landing tries the table."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import dagster as dg

from orchestration.errors import GateError
from orchestration.ingest.manifest import LoadRecord
from orchestration.ingest.model import Contract
from orchestration.ops.freshness import age_of, freshness
from orchestration.ops.staleness import Stale

CONTRACT, ROWS, FRESHNESS = "contract", "rows_pass", "freshness"
Partition = tuple[str, str, date]


def key_of(contract: Contract) -> dg.AssetKey:
    """The asset of a source table."""
    return dg.AssetKey([contract.source, contract.table])


def specs(contract: Contract) -> Iterator[dg.AssetCheckSpec]:
    """Tier 1 stops what is downstream; rows that were set aside and data that are late are only shown."""
    asset, owner = key_of(contract), contract.owner
    yield dg.AssetCheckSpec(
        CONTRACT,
        asset=asset,
        description="The delivery has the contract's columns and types, and few enough bad rows.",
        blocking=True,
        metadata={"tier": 1, "owner": owner},
    )
    yield dg.AssetCheckSpec(
        ROWS,
        asset=asset,
        description="No row was set aside in quarantine.",
        metadata={"tier": 2, "owner": owner},
    )
    if contract.freshness_warn_hours or contract.freshness_error_hours:
        yield dg.AssetCheckSpec(
            FRESHNESS, asset=asset, description=promise(contract), metadata={"tier": 3, "owner": owner}
        )


def promise(contract: Contract) -> str:
    """How old the newest day may be, in words."""
    limits = ((contract.freshness_warn_hours, "late"), (contract.freshness_error_hours, "stale"))
    return "The newest landed day counts as " + ", ".join(f"{word} after {h} h" for h, word in limits if h) + "."


def results(
    contract: Contract,
    days: Sequence[date],
    newest: Mapping[Partition, LoadRecord],
    error: Exception | None,
    now: datetime | None = None,
    *,
    stale: Stale | None = None,
) -> Iterator[dg.AssetCheckResult]:
    """What the checks of a table say after landing `days`; `error` is what stopped landing, if something did.

    `stale` is what its source owes, if it does: then the table is not fresh, however young its newest day. Of a table
    that was not reached before another one stopped, only its freshness is known.
    """
    asset = key_of(contract)
    mine = {key[2]: record for key, record in newest.items() if key[:2] == (contract.source, contract.table)}
    landed = [mine[day] for day in days if day in mine]
    stopped = isinstance(error, GateError) and error.what.startswith(f"{contract.key} is not landed")
    if stopped or landed or error is None:
        facts: dict[str, Any] = {"version": contract.version, "owner": contract.owner}
        if isinstance(error, GateError) and stopped:
            facts |= {"gate": error.gate, "message": error.what, "where": error.where, "next": error.next_step}
        yield dg.AssetCheckResult(asset_key=asset, check_name=CONTRACT, passed=not stopped, metadata=facts)
        quarantined = sum(record.quarantined for record in landed)
        yield dg.AssetCheckResult(
            asset_key=asset,
            check_name=ROWS,
            passed=not quarantined,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"quarantined": quarantined, "extracted": sum(record.extracted for record in landed)},
        )
    if contract.freshness_warn_hours or contract.freshness_error_hours:
        yield _fresh(contract, max(mine, default=None), now or datetime.now(UTC), stale)


def _fresh(contract: Contract, last_day: date | None, now: datetime, owed: Stale | None) -> dg.AssetCheckResult:
    age = age_of(last_day, now) if last_day else None
    warn, error = contract.freshness_warn_hours, contract.freshness_error_hours
    state = "never" if age is None else freshness(age, warn, error)
    facts: dict[str, Any] = {
        "state": state,
        "newest_day": str(last_day or ""),
        "age_hours": None if age is None else round(age, 1),
    }
    if owed is not None:
        facts |= {
            "missing_since": str(owed.since),
            "missing_days": owed.days,
            "complete_through": str(owed.as_of or ""),
        }
        facts |= {"message": owed.message, "owner": owed.owner}
    return dg.AssetCheckResult(
        asset_key=key_of(contract),
        check_name=FRESHNESS,
        passed=state == "fresh" and owed is None,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={name: value for name, value in facts.items() if value is not None},
    )
