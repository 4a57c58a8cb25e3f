"""Columns of the tables in the schema `ops`, in one place: the files, the tables and their tests read it from here."""

import hashlib

Columns = dict[str, str]

RUN: Columns = {
    "run_id": "VARCHAR",
    "kind": "VARCHAR",
    "outcome": "VARCHAR",
    "message": "VARCHAR",
    "invocation_id": "VARCHAR",
    "project_hash": "VARCHAR",
    "selection": "VARCHAR",
    "last_load": "BIGINT",
    "node_count": "BIGINT",
    "landing_seconds": "DOUBLE",
    "building_seconds": "DOUBLE",
    "total_seconds": "DOUBLE",
    "passing_share": "DOUBLE",
    "completeness": "DOUBLE",
    "schema_conformity": "DOUBLE",
    "on_time_share": "DOUBLE",
    "is_on_time": "BOOLEAN",
    "is_complete": "BOOLEAN",
    "is_full_refresh": "BOOLEAN",
    "started_at": "TIMESTAMP",
    "finished_at": "TIMESTAMP",
}
NODE: Columns = {
    "node_id": "VARCHAR",
    "node_name": "VARCHAR",
    "kind": "VARCHAR",
    "domain": "VARCHAR",
    "status": "VARCHAR",
    "message": "VARCHAR",
    "relation": "VARCHAR",
    "seconds": "DOUBLE",
    "row_count": "BIGINT",
}
TEST: Columns = {
    "test_id": "VARCHAR",
    "test_name": "VARCHAR",
    "kind": "VARCHAR",
    "domain": "VARCHAR",
    "status": "VARCHAR",
    "message": "VARCHAR",
    "owner": "VARCHAR",
    "tier": "INTEGER",
    "invariant": "INTEGER",
    "failures": "BIGINT",
    "seconds": "DOUBLE",
}
FAILING_ROW: Columns = {
    "test_id": "VARCHAR",
    "test_name": "VARCHAR",
    "owner": "VARCHAR",
    "reason": "VARCHAR",
    "row": "VARCHAR",
    "tier": "INTEGER",
    "row_number": "INTEGER",
}
METRIC: Columns = {
    "test_id": "VARCHAR",
    "table_name": "VARCHAR",
    "series": "VARCHAR",
    "metric": "VARCHAR",
    "reason": "VARCHAR",
    "value": "DOUBLE",
    "expected": "DOUBLE",
    "low": "DOUBLE",
    "high": "DOUBLE",
    "z": "DOUBLE",
    "bucket_date": "DATE",
}
FRESHNESS: Columns = {
    "source_name": "VARCHAR",
    "table_name": "VARCHAR",
    "status": "VARCHAR",
    "owner": "VARCHAR",
    "newest_cursor": "VARCHAR",
    "warn_hours": "INTEGER",
    "error_hours": "INTEGER",
    "age_hours": "DOUBLE",
    "newest_day": "DATE",
    "newest_landed_at": "TIMESTAMP",
}
LOAD: Columns = {
    "load_number": "BIGINT",
    "source_name": "VARCHAR",
    "table_name": "VARCHAR",
    "contract_version": "VARCHAR",
    "landing_run_id": "VARCHAR",
    "file": "VARCHAR",
    "sha256": "VARCHAR",
    "newest_cursor": "VARCHAR",
    "row_count": "BIGINT",
    "extracted_count": "BIGINT",
    "quarantined_count": "BIGINT",
    "deduplicated_count": "BIGINT",
    "byte_count": "BIGINT",
    "seconds": "DOUBLE",
    "is_current": "BOOLEAN",
    "logical_date": "DATE",
    "loaded_at": "TIMESTAMP",
}
QUARANTINE: Columns = {
    "load_number": "BIGINT",
    "source_name": "VARCHAR",
    "table_name": "VARCHAR",
    "reason": "VARCHAR",
    "row_count": "BIGINT",
    "age_days": "INTEGER",
    "is_open": "BOOLEAN",
    "logical_date": "DATE",
    "first_seen_at": "TIMESTAMP",
}
REJECTED: Columns = {
    "source_name": "VARCHAR",
    "table_name": "VARCHAR",
    "gate": "VARCHAR",
    "message": "VARCHAR",
    "origin": "VARCHAR",
    "contract_version": "VARCHAR",
    "owner": "VARCHAR",
    "landing_run_id": "VARCHAR",
    "is_open": "BOOLEAN",
    "logical_date": "DATE",
    "rejected_at": "TIMESTAMP",
}
OUTAGE: Columns = {
    "source_name": "VARCHAR",
    "table_name": "VARCHAR",
    "message": "VARCHAR",
    "owner": "VARCHAR",
    "landing_run_id": "VARCHAR",
    "is_open": "BOOLEAN",
    "logical_date": "DATE",
    "failed_at": "TIMESTAMP",
}
MART: Columns = {
    "mart_name": "VARCHAR",
    "stale_sources": "VARCHAR",
    "is_stale": "BOOLEAN",
    "data_as_of": "DATE",
}
INCIDENT: Columns = {
    "fingerprint": "VARCHAR",
    "kind": "VARCHAR",
    "subject": "VARCHAR",
    "series": "VARCHAR",
    "owner": "VARCHAR",
    "channel": "VARCHAR",
    "message": "VARCHAR",
    "tier": "INTEGER",
    "repeat_count": "INTEGER",
    "is_open": "BOOLEAN",
    "first_seen_at": "TIMESTAMP",
    "last_seen_at": "TIMESTAMP",
    "resolved_at": "TIMESTAMP",
}
_OF_RUN: Columns = {"run_id": "VARCHAR"}
TABLES: dict[str, Columns] = {
    "run": RUN,
    "run_node": _OF_RUN | NODE,
    "dq_result": _OF_RUN | TEST,
    "dq_metric": _OF_RUN | METRIC,
    "dq_failing_row": _OF_RUN | FAILING_ROW,
    "freshness": _OF_RUN | FRESHNESS,
    "source_load": LOAD,
    "quarantine": QUARANTINE,
    "rejected_delivery": REJECTED,
    "source_outage": OUTAGE,
    "mart_freshness": MART,
    "incident": INCIDENT,
}
# A file: one JSON object with the run and lists of its rows.
DOCUMENT = {
    "run": RUN,
    "run_node": NODE,
    "dq_result": TEST,
    "dq_metric": METRIC,
    "dq_failing_row": FAILING_ROW,
    "freshness": FRESHNESS,
}
MANIFEST: Columns = {
    "load_number": "BIGINT",
    "source": "VARCHAR",
    "table": "VARCHAR",
    "logical_date": "DATE",
    "file": "VARCHAR",
    "rows": "BIGINT",
    "bytes": "BIGINT",
    "sha256": "VARCHAR",
    "extracted": "BIGINT",
    "quarantined": "BIGINT",
    "deduplicated": "BIGINT",
    "quarantine_file": "VARCHAR",
    "contract_version": "VARCHAR",
    "run_id": "VARCHAR",
    "loaded_at": "TIMESTAMP",
    "seconds": "DOUBLE",
    "max_cursor": "VARCHAR",
}
REJECTED_LINE: Columns = {
    "source": "VARCHAR",
    "table": "VARCHAR",
    "logical_date": "DATE",
    "gate": "VARCHAR",
    "message": "VARCHAR",
    "origin": "VARCHAR",
    "contract_version": "VARCHAR",
    "owner": "VARCHAR",
    "run_id": "VARCHAR",
    "rejected_at": "TIMESTAMP",
}

INCIDENT_LINE: Columns = {
    **{name: kind for name, kind in INCIDENT.items() if name not in ("message", "is_open")},
    "what": "VARCHAR",
}


def listed(columns: Columns) -> str:
    """Columns as a definition: `"name" TYPE, …`."""
    return ", ".join(f'"{name}" {kind}' for name, kind in columns.items())


def reader(columns: Columns) -> str:
    """Columns as an argument of read_json: `{"name": 'TYPE', …}`."""
    return "{" + ", ".join(f"\"{name}\": '{kind}'" for name, kind in columns.items()) + "}"


def document_columns() -> Columns:
    """The columns of a run's file."""
    return {name: f"STRUCT({listed(rows)})" + ("" if name == "run" else "[]") for name, rows in DOCUMENT.items()}


def mark(table: str) -> str:
    """Names the shape of a table: one that was made by another version of Ghala is made anew."""
    return hashlib.sha256(listed(TABLES[table]).encode()).hexdigest()[:16]
