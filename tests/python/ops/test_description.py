"""The description of `ops` in dbt says what the tables are."""

import yaml

from orchestration.config import REPOSITORY
from orchestration.ops import shape


def test_dbt_describes_every_table_and_column_as_it_is_made() -> None:
    (source,) = yaml.safe_load((REPOSITORY / "models/ops/_ops__sources.yml").read_text())["sources"]
    described = {
        table["name"]: {column["name"]: column["data_type"] for column in table["columns"]}
        for table in source["tables"]
    }
    assert described == shape.TABLES
    assert {name: list(columns) for name, columns in described.items()} == {
        name: list(columns) for name, columns in shape.TABLES.items()
    }
    assert source["config"]["freshness"] is None
