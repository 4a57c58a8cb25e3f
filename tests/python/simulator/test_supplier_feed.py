"""Price quotes: as suppliers write them, and near to what the goods cost."""

from __future__ import annotations

import duckdb
import pytest

from .conftest import Retailer
from .received import FEED, decoded, files, has_exception, notices
from .rules import Rule

RULES = {
    "a supplier quotes the goods that it is the main supplier of": Rule(
        """SELECT q.* FROM quotes q ASOF LEFT JOIN products p
        ON p.sku = q.sku AND p.updated_at < (q.day::DATE + 1)::VARCHAR
        WHERE p.primary_supplier_code IS DISTINCT FROM right(q.file, 7) OR p.status <> 'active'""",
        "UPDATE quotes SET file = left(file, 16) || 'SUP0001'",
    ),
    "currency and lead time are those of the supplier": Rule(
        """SELECT q.* FROM quotes q ASOF LEFT JOIN suppliers s
        ON s.supplier_code = right(q.file, 7) AND s.updated_at < (q.day::DATE + 1)::VARCHAR
        WHERE s.currency IS DISTINCT FROM q.currency OR s.contract_lead_time_days IS DISTINCT FROM q.lead_time""",
        "UPDATE quotes SET currency = 'GBP' WHERE row_no = 0",
    ),
    "a quote is within 3 % of the standard cost": Rule(
        """SELECT q.*, standard_cost FROM quotes q LEFT JOIN rates r ON r.currency = q.currency AND rate_date = q.day
        ASOF LEFT JOIN products p ON p.sku = q.sku AND p.updated_at < (q.day::DATE + 1)::VARCHAR
        WHERE abs(cost::DOUBLE * coalesce(rate, '1')::DOUBLE / standard_cost::DOUBLE - 1) > 0.03 OR cost::DOUBLE <= 0
        OR (q.currency <> 'KES' AND rate IS NULL)""",
        "UPDATE quotes SET cost = (cost::DOUBLE * 1.1)::VARCHAR WHERE row_no = 1",
    ),
    "a quote holds from its day on or a few days later": Rule(
        """SELECT * FROM quotes WHERE effective_date::DATE - day::DATE NOT BETWEEN 0 AND 3 OR moq::INT < 1
        OR file[8:15] <> replace(day, '-', '') OR dayofweek(day::DATE) <> 1""",
        "UPDATE quotes SET effective_date = '2025-01-01'",
    ),
    "article numbers have a right check digit": Rule(
        """SELECT ean FROM quotes WHERE ean <> '' AND (length(ean) <> 13 OR list_sum([ean[n]::INT *
            (CASE WHEN n % 2 = 0 THEN 3 ELSE 1 END) for n in range(1, 14)]) % 10 <> 0)""",
        "UPDATE quotes SET ean = '6160000000000' WHERE row_no = 0",
    ),
    "a supplier always writes in the same way": Rule(
        """SELECT right(file, 7) FROM quotes GROUP BY ALL HAVING count(DISTINCT mark) > 1
        OR count(DISTINCT encoding) > 1""",
        "UPDATE quotes SET mark = '|' WHERE row_no = 0",
    ),
    "names have letters that depend on the encoding": Rule(
        """SELECT * FROM quotes WHERE regexp_full_match(supplier_sku, '[ -~]*')
        OR NOT regexp_full_match(supplier_sku, '[A-ZÁÂÇÈÉÍÑÖÜ]+-[0-9]{5}')""",
        "UPDATE quotes SET supplier_sku = 'CAFE-00001' WHERE row_no = 0",
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_rule_has_no_exception(rule: str, received: duckdb.DuckDBPyConnection) -> None:
    assert has_exception(received, RULES[rule]) == []


@pytest.mark.parametrize("rule", RULES)
def test_rule_notices_a_break(rule: str, received: duckdb.DuckDBPyConnection) -> None:
    assert notices(received, RULES[rule])


def test_files_come_on_mondays_from_at_most_twelve_suppliers(retailer: Retailer) -> None:
    found = files(retailer, FEED, "*.csv")
    by_day = {path.parts[-4:-1]: [p.name for p in found if p.parts == (*path.parts[:-1], p.name)] for path in found}
    assert [parts[-2:] for parts in by_day] == [("09", "22"), ("09", "29"), ("10", "06")]
    assert all(1 <= len(names) <= 12 for names in by_day.values())
    assert by_day["2025", "09", "22"][0] == "quotes_20250922_SUP0001.csv"


def test_both_encodings_and_both_separators_occur(retailer: Retailer) -> None:
    ways = set()
    for path in files(retailer, FEED, "quotes_20250922_*.csv"):
        text, encoding = decoded(path.read_bytes())
        header = text.splitlines()[0]
        assert header.replace(";", ",") == "supplier_sku,ean,sku,cost,currency,moq,lead_time,effective_date"
        ways.add((encoding, ";" in header))
    assert ways == {("utf-8", False), ("utf-8", True), ("latin-1", False), ("latin-1", True)}
