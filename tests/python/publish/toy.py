"""A small Ghala project of its own: one source of CSV files, one staging view, two marts, tests of all tiers."""

import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

START = date(2026, 3, 1)

CONTRACT = """\
apiVersion: v3.1.0
kind: DataContract
id: urn:toy:shop:sales
name: sales
version: 1.0.0
status: active
domain: sales
description: {purpose: "Sales of the shop; grain is one sale."}
schema:
  - name: sales
    physicalName: sales
    physicalType: table
    logicalType: object
    description: One row per sale.
    dataGranularityDescription: sale_id
    properties:
      - name: sale_id
        logicalType: string
        physicalType: VARCHAR
        description: Number of the sale.
        primaryKey: true
        primaryKeyPosition: 1
        required: true
      - {name: sku, logicalType: string, physicalType: VARCHAR, description: Product that was sold., required: true}
      - {name: amount, logicalType: number, physicalType: "DECIMAL(18,2)", description: Amount in KES., required: true}
      - {name: business_date, logicalType: date, physicalType: DATE, description: Day of the sale., required: true}
slaProperties:
  - {property: latency, value: 96, unit: h}
team: {name: sales, members: [{username: amina@example.org, role: owner}]}
support: [{channel: "#sales", tool: slack, url: "https://example.org/sales"}]
customProperties:
  - {property: extraction, value: {type: files, connection: shop, path: "{date:%Y-%m-%d}.csv", format: csv}}
  - {property: blockThreshold, value: 50}
"""
PROJECT = """\
name: toy
version: 1.0.0
config-version: 2
profile: ghala
macro-paths: [macros]
test-paths: [tests]
flags: {send_anonymous_usage_stats: false, require_generic_test_arguments_property: true}
models:
  toy:
    staging: {+materialized: view, +schema: staging}
    marts: {+database: star, +schema: marts, +materialized: table, +access: public}
"""
SOURCES = """\
sources:
  - name: shop
    schema: bronze
    config:
      meta:
        external_location: "read_parquet('{{ env_var('GHALA_HOME', 'data') }}/bronze/shop/{name}/**/*.parquet')"
    tables: [{name: sales, columns: [{name: sale_id}]}]
"""
MARTS = """\
models:
  - name: dim_product
    description: Products that were sold.
    latest_version: 2
    config: {meta: {owner: catalogue@example.org}}
    columns:
      - {name: sku, data_type: varchar, data_tests: [unique, not_null]}
    versions: [{v: 1}, {v: 2}]
  - name: fct_sales
    description: Sales.
    config: {meta: {owner: sales team}}
    columns:
      - name: sale_id
        data_tests:
          - unique: {name: fct_sales__a_sale_is_there_once, config: {meta: {tier: 1, owner: sales team}}}
      - name: amount
        data_tests:
          - accepted_values:
              name: fct_sales__amounts_are_small
              arguments: {values: [1, 2, 3, 4, 5], quote: false}
              config: {severity: warn, meta: {tier: 2, owner: sales team}}
          - not_null: {config: {severity: warn, meta: {tier: 3}}}
unit_tests:
  - name: fct_sales__keeps_amounts
    model: fct_sales
    given:
      - {input: ref('stg_shop__sales'), rows: [{sale_id: a, sku: s, amount: 2, business_date: 2026-03-01}]}
      - {input: ref('dim_product'), rows: [{sku: s}]}
    expect: {rows: [{sale_id: a, amount: 2}]}
"""
FILES = {
    "dbt_project.yml": PROJECT,
    "contracts/shop/sales.odcs.yaml": CONTRACT,
    "models/staging/shop/_shop__sources.yml": SOURCES,
    "models/staging/shop/stg_shop__sales.sql": "select * from {{ source('shop', 'sales') }}\n",
    "models/marts/core/dim_product_v1.sql": "select sku from {{ ref('stg_shop__sales') }} group by sku\n",
    "models/marts/core/dim_product_v2.sql": "select sku from {{ ref('stg_shop__sales') }} group by sku\n",
    "models/marts/sales/fct_sales.sql": (
        "select s.* from {{ ref('stg_shop__sales') }} s join {{ ref('dim_product') }} using (sku)\n"
    ),
    "models/marts/_marts.yml": MARTS,
    "tests/fct_sales__every_product_is_known.sql": (
        "select * from {{ ref('fct_sales') }} anti join {{ ref('dim_product') }} using (sku)\n"
    ),
    "macros/names.sql": (
        "{% macro generate_schema_name(custom_schema_name, node) -%}\n"
        "{{ custom_schema_name or target.schema }}\n{%- endmacro %}\n"
    ),
    "docs/cookbook/first_queries.sql": (
        "-- question: Sales by product\nselect sku, sum(amount) as sales from fct_sales group by all order by all;\n"
    ),
}


@dataclass(frozen=True)
class Toy:
    """Where a toy project is: `project` its files, `home` its state, `drop` the folder of the shop's CSV files."""

    project: Path
    home: Path
    drop: Path

    @property
    def environment(self) -> dict[str, str]:
        """The variables that a ghala of this toy runs with."""
        return {
            "GHALA_PROJECT": str(self.project),
            "GHALA_HOME": str(self.home),
            "GHALA_SHOP_DIR": str(self.drop),
            "GHALA_START_DATE": START.isoformat(),
            "GHALA_HMAC_KEY": "k" * 64,
            "GHALA_RETRY_WAITS": "0,0",
        }

    def sell(self, day: int, amounts: tuple[object, ...] = (1, 2)) -> date:
        """Drop the file of day `day` (0 is the first); returns its date."""
        on = START + timedelta(days=day)
        lines = [f"{on:%m%d}-{i},sku{i},{amount},{on}" for i, amount in enumerate(amounts)]
        (self.drop / f"{on}.csv").write_text("\n".join(["sale_id,sku,amount,business_date", *lines]) + "\n")
        return on

    def ghala(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run the command `ghala` as a person does."""
        command = [sys.executable, "-m", "orchestration", *arguments]
        environment = {**os.environ, **self.environment, "COLUMNS": "120", **more}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def make(folder: Path) -> Toy:
    """A toy project with its first day's file."""
    toy = Toy(folder / "project", folder / "home", folder / "drop")
    for name, text in FILES.items():
        file = toy.project / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    toy.drop.mkdir()
    toy.sell(0)
    return toy
