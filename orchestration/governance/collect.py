"""Brings contracts, dbt's groups and what `ops` knows together, by domain."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from orchestration.governance import queries
from orchestration.governance.model import Domain, Gate, Held, Incident, Mart, Overview, Table
from orchestration.ingest.model import Contract
from orchestration.ops.failing_rows import in_words
from orchestration.ops.freshness import age_of, freshness
from orchestration.ops.star import Connection

Rows = list[tuple[Any, ...]]
UNKNOWN = "platform"  # what no group answers for


def overview(
    connection: Connection, contracts: Sequence[Contract], manifest: Mapping[str, Any], now: datetime | None = None
) -> Overview:
    """Everything the pages say. `connection` sees the schema `ops`; `manifest` is dbt's."""
    moment = now or datetime.now(UTC)

    def ask(sql: str) -> Rows:
        return connection.execute(sql).fetchall()

    landed = {key: (day, rows) for key, day, rows in ask(queries.TABLES)}
    tables: dict[str, list[Table]] = defaultdict(list)
    for contract in contracts:
        tables[contract.domain or UNKNOWN].append(_table(contract, landed, moment))
    of_tables = {contract.key: contract for contract in contracts}
    ages = {mart: (as_of, stale) for mart, as_of, stale in ask(queries.MART_AGES)}
    marts = _marts(manifest, dict(ask(queries.ROWS)), ages)
    gates: dict[str, list[Gate]] = defaultdict(list)
    for domain, *numbers in ask(queries.GATES):
        gates[domain].append(Gate(*numbers))
    incidents = _incidents(ask, of_tables, tables)
    held: dict[str, list[Held]] = defaultdict(list)
    for row in ask(queries.HELD):
        held[_domain_of(row[0], of_tables)].append(Held(*row))
    names = sorted({*tables, *marts, *gates, *incidents, *held})
    return Overview(
        made_at=moment.strftime("%Y-%m-%d %H:%M UTC"),
        domains=tuple(
            Domain(
                name=name,
                tables=tuple(tables.get(name, ())),
                marts=tuple(marts.get(name, ())),
                gates=tuple(gates.get(name, ())),
                incidents=tuple(incidents.get(name, ())),
                held=tuple(held.get(name, ())),
            )
            for name in names
        ),
        runs=_named(connection, queries.RUNS),
    )


def promise(contract: Contract) -> str:
    """How old the newest day may be, in words; empty where nothing is promised."""
    limits = ((contract.freshness_warn_hours, "late"), (contract.freshness_error_hours, "stale"))
    return ", ".join(f"{word} after {hours} h" for hours, word in limits if hours)


def _table(contract: Contract, landed: Mapping[str, tuple[Any, int]], now: datetime) -> Table:
    day, rows = landed.get(contract.key, (None, 0))
    age = age_of(day, now) if day else None
    warn, error = contract.freshness_warn_hours, contract.freshness_error_hours
    state = "never" if age is None else freshness(age, warn, error)
    owner = f"{contract.owner} ({contract.team})" if contract.team else contract.owner
    words = promise(contract)
    return Table(contract.key, contract.version, owner, contract.channel, words, day, age, state, rows)


def _marts(
    manifest: Mapping[str, Any], rows: Mapping[str, int], ages: Mapping[str, tuple[Any, str]]
) -> dict[str, list[Mart]]:
    groups = {group["name"]: group for group in manifest["groups"].values()}
    found: dict[str, list[Mart]] = defaultdict(list)
    for node in sorted(manifest["nodes"].values(), key=lambda node: str(node["name"])):
        if node["resource_type"] != "model" or node.get("access") != "public":
            continue
        if node.get("version") != node.get("latest_version"):
            continue
        group = groups.get(node.get("group") or "", {})
        owner = group.get("owner", {})
        as_of, stale_sources = ages.get(node["alias"], (None, ""))
        found[node.get("group") or UNKNOWN].append(
            Mart(
                name=node["name"],
                about=" ".join(node["description"].split()).split(". ")[0],
                owner=" ".join(str(owner[name]) for name in ("name", "email") if owner.get(name)),
                channel=group.get("config", {}).get("meta", {}).get("channel", ""),
                row_count=rows.get(node["name"]),
                as_of=as_of,
                stale_sources=stale_sources,
            )
        )
    return found


def _incidents(
    ask: Callable[[str], Rows], contracts: Mapping[str, Contract], tables: Mapping[str, Iterable[Table]]
) -> dict[str, list[Incident]]:
    found: dict[str, list[Incident]] = defaultdict(list)
    for key, gate, since, message, owner in ask(queries.REJECTED):
        found[_domain_of(key, contracts)].append(Incident(f"delivery stopped: {gate}", key, str(since), owner, message))
    for key, since, days, message, owner in ask(queries.OUTAGES):
        what = f"{days:,} day{'' if days == 1 else 's'} missing; {message}"
        found[_domain_of(key, contracts)].append(Incident("source down", key, str(since), owner, what))
    for domain, some in tables.items():
        for table in some:
            if table.state in ("late", "stale"):
                what = f"{(table.age_hours or 0) / 24:,.0f} days old, promised: {table.promise}"
                found[domain].append(Incident(table.state, table.key, str(table.newest_day), table.owner, what))
    for name, domain, tier, owner, failures, since in ask(queries.FAILING):
        what = f"{in_words(name)}; {failures or 0:,} row{'' if failures == 1 else 's'}"
        found[domain or UNKNOWN].append(Incident(f"test of tier {tier}", name, f"{since:%Y-%m-%d}", owner or "", what))
    of_marts: dict[str, str] = dict(ask(queries.DOMAINS))
    for name, metric, series, since, reason in ask(queries.FLAGGED):
        domain = of_marts.get(name) or _domain_of(name, contracts)
        owner = contracts[name].owner if name in contracts else ""
        what = f"{metric} of {series} series: {reason}"
        found[domain].append(Incident("unusual day", name, str(since), owner, what))
    return found


def _domain_of(key: str, contracts: Mapping[str, Contract]) -> str:
    return (contracts[key].domain if key in contracts else "") or UNKNOWN


def _named(connection: Connection, sql: str) -> tuple[dict[str, Any], ...]:
    found = connection.execute(sql)
    names = [column[0] for column in found.description or []]
    return tuple(dict(zip(names, row, strict=True)) for row in found.fetchall())
