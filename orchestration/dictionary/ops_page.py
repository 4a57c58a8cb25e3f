"""The page of the schema `ops`: its tables are declared as a source, because Ghala writes them and not dbt."""

from collections.abc import Mapping
from typing import Any

from orchestration.dictionary.markdown import GENERATED, code, table

NAME = "ops"


def render(manifest: Mapping[str, Any]) -> str:
    """The page as Markdown: each table with its grain and columns; no text for a project that does not declare them."""
    tables = sorted(
        (source for source in manifest["sources"].values() if source["source_name"] == NAME),
        key=lambda source: str(source["name"]),
    )
    if not tables:
        return ""
    about = " ".join(str(tables[0]["source_description"]).split())
    lines = [GENERATED, "", "# ops", "", about]
    for source in tables:
        rows = [
            [code(column["name"]), str(column["data_type"]).lower(), " ".join(str(column["description"]).split())]
            for column in source["columns"].values()
        ]
        lines += ["", f"## {NAME}.{source['name']}", "", str(source["description"]).strip(), ""]
        lines += table(["column", "type", "description"], rows)
    return "\n".join(lines) + "\n"
