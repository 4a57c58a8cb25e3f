"""No personal value of the world is in any answer, whatever way is tried."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from consumption.read import catalogue, metrics
from consumption.read.errors import ReadError
from consumption.read.personal import HASHED, How
from consumption.read.reader import Reader, query
from consumption.read.rows import Page, page
from consumption.read.search import documents, search
from orchestration.config import REPOSITORY
from tests.python.consumption.agents.conftest import PERSONAL, leaked

WAYS = (
    "select * from {table}",
    "from {table}",
    "table {table}",
    "select t from {table} t",
    "select to_json(t) from {table} t",
    "select row_to_json(t) from {table} t",
    "select list(t) from (select * from {table} limit 50) t",
    "select string_agg(t::varchar, ' ') from (from {table} limit 20) t",
    "select struct_extract(t, '{column}') from {table} t",
    "select t['{column}'] from {table} t",
    "select {column} from {table}",
    'select "{column}" from {table}',
    "select t.{column} from {table} t",
    "select columns('.*(hmac|name|id)$') from {table}",
    "select columns(c -> c like '%{column}%') from {table}",
    "select columns(*)::varchar from {table}",
    "select * exclude (valid_to) from {table}",
    "select * rename (valid_from as x) from {table}",
    "select {column} as harmless from {table}",
    "select min({column}), max({column}) from {table}",
    "select count(*) from {table} where {column} like 'a%'",
    "select 1 from {table} order by {column}",
    "select 1 from {table} group by {column}",
    "select row_number() over (partition by {column}) from {table}",
    "select * from (unpivot (select columns(*)::varchar from {table}) on columns(*) into name k value v)",
    "from (select * from {table}) select *",
    "with t as (from {table}) from t",
    "select * from {table} natural join {table}",
    "select * from {table} tablesample 50 percent (bernoulli, 1)",
    "select * from {table} order by all limit 1000",
    "select try_cast({column} as int) from {table}",
    "select cast({column} as int) from {table}",
    "select error({column}) from {table}",
    "select md5({column}) from {table}",
    "select * from published.{table}",
)


def told(ask: Callable[[], Any]) -> str:
    """What a caller gets, an answer or an error, as text."""
    try:
        return json.dumps(ask(), default=str, ensure_ascii=False)
    except ReadError as error:
        return str(error)


@pytest.mark.parametrize("table", PERSONAL)
def test_no_way_of_asking_returns_a_personal_value(reader: Reader, private: frozenset[str], table: str) -> None:
    for sql in {way.format(table=table, column=column) for way in WAYS for column in PERSONAL[table]}:
        answer = told(lambda sql=sql: query(reader, sql, 300))
        assert not leaked(answer, private), sql
    for ask in (
        lambda: page(reader, table, Page(rows=1000)),
        lambda: catalogue.describe(reader, table.partition(".")[2]),
        lambda: page(reader, table, Page(columns=PERSONAL[table], rows=1000)),
        lambda: page(reader, table, Page(filters=(f"{PERSONAL[table][0]}:gte:0",), rows=1000)),
        lambda: page(reader, table, Page(filters=(f"{PERSONAL[table][0]}:eq:' or '1'='1",))),
    ):
        assert not leaked(told(ask), private)


def test_a_masked_number_counts_and_joins_as_the_real_one(reader: Reader) -> None:
    _, cursor = reader.world()
    joined = "marts.fct_payments join marts.dim_customer using (customer_id)"
    asked = f"select count(distinct customer_id), count(*) from {joined}"
    assert [list(row) for row in cursor.execute(asked).fetchall()] == query(reader, asked)["rows"]


def test_every_column_that_a_contract_classifies_is_withheld_or_masked(reader: Reader) -> None:
    world, _ = reader.world()
    hidden = {
        name
        for contract in world.contracts
        for column in contract.columns
        if column.secret or column.classification or column.subject
        for name in (column.name, column.name + HASHED)
    }
    columns = {(table, name): how for table, named in world.tables.items() for name, (_, how) in named.items()}
    served = [place for place, how in columns.items() if how is How.SERVED and place[1] in hidden]
    assert not served
    withheld = {name for (_, name), how in columns.items() if how is How.WITHHELD}
    assert withheld >= {"manager_name", "counter_name", "email_hmac", "msisdn_hmac", "tax_pin_hmac", "row"}
    assert all(f"{table}.{column}" for table, named in PERSONAL.items() for column in named if column in columns)


def test_a_column_that_no_model_describes_is_not_served(reader: Reader) -> None:
    world, cursor = reader.world()
    told = {(table, name) for table, named in world.tables.items() for name in named}
    there = cursor.execute(
        "select schema_name || '.' || table_name, column_name from duckdb_columns() where not internal"
    )
    described = {(f"marts.{mart.relation}", column.name) for mart in world.marts for column in mart.columns}
    described |= {("marts.dim_time_spine", "date_day")}  # MetricFlow's days: described, but no public mart
    for table, column in set(there.fetchall()):
        if table.startswith("marts.") and (table, column) not in described and (table, column) in told:
            assert world.tables[table][column][1] is How.WITHHELD


def test_hostile_filters_of_metrics_and_rows(reader: Reader, private: frozenset[str]) -> None:
    name = metrics.listed(reader)["metrics"][0]["name"]
    for text in (
        "1 = 1",
        "1 = 1) union all select email_hmac from marts.dim_customer --",
        "customer_id = (select max(email_hmac) from marts.dim_customer)",
        "email_hmac is not null",
        "{{ Dimension('customer__email_hmac') }} is not null",
        "{% for x in (1).__class__.__mro__ %}{{ x }}{% endfor %} = 1",
        "read_text('/etc/passwd') = 'x'",
        "'; drop table marts.dim_customer; --",
        "x" * 3000,
        "((((" * 400,
    ):
        answer = told(lambda text=text: metrics.asked(reader, metrics.Question((name,), where=text), 1000))
        assert not leaked(answer, private), text
        assert "root:" not in answer and "Traceback" not in answer
    assert "did you mean" in told(lambda: metrics.asked(reader, metrics.Question((name[:-1],)), 10))


def test_the_documents_name_nobody(private: frozenset[str]) -> None:
    texts = [file.read_text() for file in documents(REPOSITORY / "docs")]
    assert len(texts) > 60
    names = [value for value in private if not value.isalnum()]
    assert not [name for name in names for text in texts if name in text]
    best = search(REPOSITORY / "docs", "which suppliers deliver late")
    assert any("supplier" in one["path"] + one["text"].lower() for one in best)
    assert search(REPOSITORY / "docs", "zzzqqq") == []
