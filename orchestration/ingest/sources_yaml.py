"""Renders the dbt sources from the contracts: `models/staging/<source>/_<source>__sources.yml`."""

import json
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from orchestration.ingest.evolution import has_added_columns
from orchestration.ingest.model import Column, Contract

HEADER = (
    "# Generated from contracts/{source}/: change the contract, then run `python -m orchestration.ingest.sources_yaml`."
)
# dbt-duckdb fills {{name}} with the table; the glob also meets _schema.parquet, so that it is never empty.
LOCATION = (
    "read_parquet('{{{{ env_var('GHALA_HOME', 'data') }}}}/bronze/{source}/{{name}}/**/*.parquet', "
    "filename=true, hive_partitioning=false{options})"
)
# Files from before a column was added have nulls there. Only where that may be: the schema of every file is then read,
# which takes 25 ms a query with 730 files.
BY_NAME = ", union_by_name=true"


def render(contracts: Sequence[Contract]) -> dict[Path, str]:
    """The text of each sources file, by its path relative to the project."""
    ordered = sorted(contracts, key=lambda contract: (contract.source, contract.table))
    return {
        Path("models/staging") / source / f"_{source}__sources.yml": _source(source, list(tables))
        for source, tables in groupby(ordered, key=lambda contract: contract.source)
    }


def _source(source: str, contracts: list[Contract]) -> str:
    lines = [
        HEADER.format(source=source),
        "version: 2",
        "sources:",
        f"  - name: {source}",
        f"    description: {_quoted(f'Tables of {source} as landed and checked, one Parquet file a day each.')}",
        "    schema: bronze",
        "    config:",
        "      meta:",
        f"        external_location: {_quoted(LOCATION.format(source=source, options=''))}",
        "    tables:",
    ]
    for contract in contracts:
        lines += _table(contract)
    return "\n".join(lines) + "\n"


def _table(contract: Contract) -> list[str]:
    meta = {
        "owner": contract.owner,
        "team": contract.team,
        "channel": contract.channel,
        "domain": contract.domain,
        "grain": contract.grain,
        "contract_version": contract.version,
    }
    if has_added_columns(contract.version):
        meta["external_location"] = LOCATION.format(source=contract.source, options=BY_NAME)
    tags = ", ".join(contract.tags)
    return [
        f"      - name: {contract.table}",
        f"        description: {_quoted(contract.description)}",
        "        config:",
        f"          tags: [{tags}]",
        f"          meta: {{{', '.join(f'{key}: {_quoted(value)}' for key, value in meta.items())}}}",
        *_freshness(contract),
        "        columns:",
        *(f"          - {_column(column)}" for column in contract.columns),
    ]


def _freshness(contract: Contract) -> list[str]:
    cursor, error, warn = contract.cursor_column, contract.freshness_error_hours, contract.freshness_warn_hours
    if cursor is None or (error is None and warn is None):
        return ["          freshness: null"]
    limits = {"warn_after": warn, "error_after": error}
    return [
        f"          loaded_at_field: {cursor.name}",
        "          freshness:",
        *(f"            {name}: {{count: {hours}, period: hour}}" for name, hours in limits.items() if hours),
    ]


def _column(column: Column) -> str:
    text = f"{{name: {column.name}, data_type: {_quoted(column.type)}, description: {_quoted(column.description)}"
    if column.secret or column.classification:
        meta = f"{{classification: {column.classification or 'restricted'}}}"
        text += f", config: {{tags: [{', '.join(column.tags)}], meta: {meta}}}"
    return text + "}"


def _quoted(text: str) -> str:
    """A double-quoted YAML scalar: JSON strings are valid YAML."""
    return json.dumps(text, ensure_ascii=False)


if __name__ == "__main__":
    from orchestration.config import settings
    from orchestration.ingest.contract import load_contracts

    project = settings().project
    for path, text in render(load_contracts(project / "contracts")).items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(text, encoding="utf-8")
