"""A failed build on one screen: which test or model, how many rows, where its SQL is, what to do next."""

import re

from orchestration.dbt.outcome import Node, Outcome
from orchestration.errors import GhalaError

# DuckDB's words for a Parquet file that is not what was written.
DAMAGED = re.compile(
    r"\.parquet.*(decompress|magic bytes|corrupt|TProtocol|footer|metadata)", re.IGNORECASE | re.DOTALL
)
SHOWN = 6  # with three lines each they fit a terminal of 24 lines; the log has them all


class BuildError(GhalaError):
    """A model could not be built or a test of tier 1 failed; readers keep the version they have."""

    def __init__(self, outcome: Outcome, home: str, again: str | None = None) -> None:
        failed = [node for node in outcome.nodes if node.bad and node.status != "skipped"]
        skipped = sum(1 for node in outcome.nodes if node.status == "skipped")
        first = failed[0] if failed else next(node for node in outcome.nodes if node.bad)
        super().__init__(_what(failed, skipped, home), _where(first, home), _next(first, again))
        self.outcome = outcome


def _what(failed: list[Node], skipped: int, home: str) -> str:
    tests = sum(1 for node in failed if node.is_test)
    models = len(failed) - tests
    parts = [text for text in (_count(tests, "test"), _count(models, "model")) if text]
    lines = [f"{' and '.join(parts)} failed" + (f", {skipped} skipped because of it" if skipped else "")]
    for node in failed[:SHOWN]:
        lines.append(f"  {node.kind} {node.name}: {_why(node)}")
    if len(failed) > SHOWN:
        lines.append(f"  … and {len(failed) - SHOWN} more, all in {home}/logs/dbt.log")
    return "\n".join(lines)


def _why(node: Node) -> str:
    if node.kind == "test" and node.failures:
        return f"{node.failures:,} row{'s' if node.failures != 1 else ''}"
    lines = [line.strip() for line in node.message.splitlines() if line.strip()]
    return " ".join(lines[:3])[:220] or node.status


def _where(node: Node, home: str) -> str:
    compiled = (node.compiled or "").replace(f"{home}/", "") if node.compiled else ""
    return f"{node.file}" + (f"; the SQL that ran: {home}/{compiled}" if compiled else "")


def _next(node: Node, again: str | None) -> str:
    if DAMAGED.search(node.message):
        return "a file of bronze is damaged: ghala verify --repair lands it again, then: ghala run"
    if again is not None:
        return f"correct {node.file}, then: {again} (readers and the warehouse are untouched)"
    if node.kind == "test":
        return f"see the rows: dbt show --select {node.name}; correct the model or the source, then: ghala run"
    return f"correct {node.file}, then: ghala build (readers keep the version they have)"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' if number != 1 else ''}" if number else ""
