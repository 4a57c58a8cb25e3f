"""The peer of the full build: the SQL that dbt compiled, run straight in DuckDB, in dbt's order, into its own files."""

import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb


def main() -> None:
    """`python -m benchmarks.star_straight GHALA_HOME FOLDER MEMORY THREADS`: what the last build left in `target`."""
    home, folder, memory, threads = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    target = home / "target"
    manifest = json.loads((target / "manifest.json").read_text())
    results = json.loads((target / "run_results.json").read_text())["results"]
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute(f"attach '{folder / 'star.duckdb'}' as star")
        connection.execute(f"set memory_limit = '{memory}'; set threads = {threads}")
        connection.execute("set TimeZone = 'UTC'; set preserve_insertion_order = false")
        for result in results:
            for statement in statements(manifest["nodes"].get(result["unique_id"], {}), result["compiled_code"] or ""):
                connection.execute(statement)


def statements(node: Mapping[str, Any], sql: str) -> list[str]:
    """What makes the relation of a node, or counts the failures of a test; nothing for a unit test."""
    kind, relation = node.get("resource_type"), node.get("relation_name")
    if kind == "test":
        return [f"select count(*) from (\n{sql}\n)"]
    if kind not in ("model", "seed", "snapshot"):
        return []
    schema = f'create schema if not exists "{node["database"]}"."{node["schema"]}"'
    if kind == "seed":
        file = Path(node["root_path"] or ".") / node["original_file_path"]
        types = "".join(f", '{name}': '{text}'" for name, text in (node["config"]["column_types"] or {}).items())
        types = f", types = {{{types[2:]}}}" if types else ""
        return [schema, f"create table {relation} as from read_csv('{file}', header = true{types})"]
    if kind == "snapshot":
        key, at = node["config"]["unique_key"], node["config"]["updated_at"]
        versions = f"*, {at} as valid_from, lead({at}) over (partition by {key} order by {at}) as valid_to"
        ids = f"md5({key} || '|' || {at}::varchar) as scd_id, {at} as recorded_at"
        return [schema, f"create table {relation} as select {versions}, {ids} from (\n{_all_versions(sql)}\n)"]
    made = "view" if node["config"]["materialized"] == "view" else "table"
    return [schema, f"create {made} {relation} as\n{sql}"]


def _all_versions(sql: str) -> str:
    """The snapshot's history comes from the versions model, as its post-hook takes it."""
    return sql.replace("__latest", "__versions")


if __name__ == "__main__":
    main()
