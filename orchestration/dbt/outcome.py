"""What one dbt invocation did, as plain data that the summary, Dagster and publishing share."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

TESTS = ("test", "unit_test")
BAD = ("error", "fail", "runtime error", "skipped", "partial success")


@dataclass(frozen=True)
class Node:
    """One model, seed, snapshot or test that dbt ran. `failures` counts rows; `tier`, `invariant`: of tests.

    `domain` is the dbt group of a model or of what a test is attached to; of other tests it is the owner's.
    """

    unique_id: str
    name: str
    kind: str
    status: str
    seconds: float
    failures: int | None
    message: str
    relation: str | None
    compiled: str | None
    file: str
    tier: int | None
    owner: str | None
    invariant: int | None = None
    domain: str | None = None

    @property
    def is_test(self) -> bool:
        return self.kind in TESTS

    @property
    def bad(self) -> bool:
        return self.status in BAD


@dataclass(frozen=True)
class Outcome:
    """All nodes of an invocation in the order they ended."""

    nodes: tuple[Node, ...]
    invocation: str
    seconds: float

    @property
    def passed(self) -> bool:
        """True when every model was built and no test of severity error failed."""
        return not any(node.bad for node in self.nodes)

    @property
    def gates(self) -> dict[str, dict[str, int]]:
        """Tests by tier: {"1": {"passed": n, "warned": n, "failed": n}, …}, tiers that have tests only."""
        counts: dict[str, Counter[str]] = {}
        for node in self.nodes:
            if node.is_test:
                counts.setdefault(str(node.tier), Counter())[_verdict(node.status)] += 1
        return {
            tier: {verdict: counts[tier][verdict] for verdict in ("passed", "warned", "failed")}
            for tier in sorted(counts)
        }

    def as_json(self) -> list[dict[str, Any]]:
        return [asdict(node) for node in self.nodes]


def tier_of(kind: str, config: Mapping[str, Any], meta: Mapping[str, Any]) -> int | None:
    """A test's tier: as its meta says, else by severity (error 1, warn 2); None for what is no test."""
    if kind not in TESTS:
        return None
    if "tier" in meta:
        return int(meta["tier"])
    return 1 if str(config.get("severity", "error")).lower() == "error" else 2


def nodes(results: Iterable[Any]) -> tuple[Node, ...]:
    """Nodes from dbt's own result objects; an operation (`run-operation`) has a result but no node."""
    return tuple(_node(result) for result in results if hasattr(result, "node"))


def _node(result: Any) -> Node:
    node = result.node
    kind = str(node.resource_type)
    config = node.config.to_dict() if hasattr(node.config, "to_dict") else {}
    meta = {**(getattr(node, "meta", None) or {}), **(config.get("meta") or {})}
    return Node(
        unique_id=node.unique_id,
        name=node.name,
        kind=kind,
        status=str(result.status),
        seconds=round(float(result.execution_time), 3),
        failures=result.failures,
        message=(result.message or "").strip(),
        relation=getattr(node, "relation_name", None),
        compiled=getattr(node, "compiled_path", None),
        file=node.original_file_path,
        tier=tier_of(kind, config, meta),
        owner=meta.get("owner"),
        invariant=meta.get("invariant"),
        domain=domain_of(getattr(node, "group", None), meta.get("owner")),
    )


def domain_of(group: str | None, owner: str | None) -> str | None:
    """The business area that answers: a group, or for a test over several models its owner without «-data»."""
    return group or ("_".join(owner.lower().removesuffix("-data").replace("-", " ").split()) if owner else None)


def _verdict(status: str) -> str:
    return {"pass": "passed", "success": "passed", "warn": "warned"}.get(status, "failed")
