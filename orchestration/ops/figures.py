"""Data quality in three figures per run: what passed, what was there, what had the shape that was promised."""

from collections.abc import Iterable
from typing import Any

import duckdb

from orchestration.ingest.model import Contract
from orchestration.ops import punctuality

FIGURES_OF_LOADS = ("passing_share", "completeness", "schema_conformity")
GOALS = {"passing_share": 0.99, "completeness": 0.95, "schema_conformity": 1.0, "on_time_share": punctuality.GOAL}
CONTRACTED = "create or replace temp table contracted (source_name varchar, table_name varchar, required_count bigint)"
REQUIRED = "create or replace temp table required_reason (source_name varchar, table_name varchar, reason varchar)"
# A day that should be there and is not lacks as many rows as the table's days usually have.
FIGURES = """
with

arrived as (
    select * from ops.source_load where load_number > $since and load_number <= $through
),

current_loads as (
    select *, extracted_count - deduplicated_count as due_count from ops.source_load where is_current
),

usual as (
    select source_name, table_name, min(logical_date) as first_day, median(due_count) as usual_count
    from current_loads group by all
),

due as (
    select
        contracted.required_count,
        coalesce(loads.due_count, usual.usual_count) * contracted.required_count as due_values,
        case
            when loads.load_number is null then usual.usual_count * contracted.required_count
            else coalesce(empty.empty_values, 0)
        end as empty_values
    from (select distinct logical_date from arrived) as days
    cross join contracted
    inner join usual using (source_name, table_name)
    left join current_loads as loads using (source_name, table_name, logical_date)
    left join (
        select quarantine.load_number, sum(quarantine.row_count) as empty_values
        from ops.quarantine as quarantine
        inner join required_reason using (source_name, table_name, reason)
        group by quarantine.load_number
    ) as empty on loads.load_number = empty.load_number
    where days.logical_date >= usual.first_day
),

refused as (
    select count(distinct (source_name, table_name, logical_date)) as refused_count
    from ops.rejected_delivery
    where gate = 'schema' and rejected_at > coalesce((
        select max(finished_at) from ops.run where outcome in ('passed', 'failed')
    ), timestamp '-infinity')
)

select
    (select sum(row_count) / nullif(sum(extracted_count - deduplicated_count), 0) from arrived),
    (select 1 - sum(empty_values) / nullif(sum(due_values), 0) from due),
    (select count(*) from arrived) / nullif((select count(*) from arrived) + (select refused_count from refused), 0)
"""


def of_run(connection: duckdb.DuckDBPyConnection, contracts: Iterable[Contract], through: int) -> dict[str, Any]:
    """The figures over the loads since the last run that ended, up to load `through`; null where nothing came.

    passing_share: rows that landed, of those delivered (repeated ones left out). completeness: required values that
    are there, of those due on the days of these loads, over all tables. schema_conformity: deliveries with the
    contract's columns and types, of all.
    """
    promised = list(contracts)
    connection.execute(CONTRACTED)
    connection.execute(REQUIRED)
    for contract in promised:
        required = [column for column in contract.columns if column.required]
        connection.execute(
            "insert into contracted values (?, ?, ?)", [contract.source, contract.table, max(len(required), 1)]
        )
        reasons = [f"{column.name}_required" for column in required]
        reasons += [rule.id for rule in contract.quality if rule.not_null]
        for reason in reasons:
            connection.execute(
                "insert into required_reason values (?, ?, ?)", [contract.source, contract.table, reason]
            )
    answer = connection.execute(FIGURES, {"since": _since(connection), "through": through}).fetchone()
    rounded = (None if value is None else round(float(value), 6) for value in answer or ())
    return dict(zip(FIGURES_OF_LOADS, rounded, strict=True))


def _since(connection: duckdb.DuckDBPyConnection) -> int:
    answer = connection.execute("select max(last_load) from ops.run where outcome in ('passed', 'failed')").fetchone()
    return int(answer[0]) if answer and answer[0] is not None else 0
