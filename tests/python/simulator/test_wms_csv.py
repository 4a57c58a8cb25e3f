"""CSV of the warehouse system: adjustments are evidence for the ledger, every delivery has a note."""

from __future__ import annotations

import duckdb
import pytest

from .conftest import DAYS, Retailer
from .received import WMS, files, has_exception, notices
from .rules import Rule

RULES = {
    "adjustments and the ledger are the same": Rule(
        """SELECT * FROM (SELECT *, adjusted_at::TIMESTAMP - INTERVAL 3 HOUR AS moment FROM adjustments) a
        FULL JOIN (SELECT *, CASE movement_type WHEN 'ADJUST' THEN reference_id || '/' || sku ELSE reference_id END
            AS id FROM ledger WHERE movement_type IN ('ADJUST', 'WRITE_OFF')) l ON l.id = a.adjustment_id
        WHERE a.sku IS DISTINCT FROM l.sku OR a.qty::INT IS DISTINCT FROM l.qty_signed::INT
        OR a.moment <> date_trunc('second', l.moved_at::TIMESTAMPTZ)::TIMESTAMP
        OR right(a.file, 4) <> l.warehouse_code""",
        "DELETE FROM adjustments WHERE day = '2025-10-01'",
    ),
    "adjustments have one number each": Rule(
        "SELECT adjustment_id FROM adjustments GROUP BY ALL HAVING count(*) > 1",
        "INSERT INTO adjustments FROM adjustments LIMIT 1",
    ),
    "the reason fits the adjustment": Rule(
        """SELECT * FROM adjustments WHERE (reason = 'count') <> starts_with(adjustment_id, 'stock_')
        OR (reason IN ('damage', 'expiry', 'theft') AND qty::INT >= 0) OR (reason = 'found' AND qty::INT <= 0)
        OR reason NOT IN ('count', 'damage', 'expiry', 'theft', 'found')
        OR uom <> 'EA' OR NOT regexp_full_match(bin, '[A-H]-[0-9]{2}-[1-5]')""",
        "UPDATE adjustments SET reason = 'theft' WHERE qty = '1'",
    ),
    "a row is in the file of its day": Rule(
        """SELECT adjustment_id FROM adjustments WHERE adjusted_at::DATE <> day::DATE
        OR file[13:20] <> replace(day, '-', '')
        UNION ALL SELECT shipment_id FROM notes WHERE booked_at::DATE <> day::DATE
        OR file[16:23] <> replace(day, '-', '')""",
        "UPDATE notes SET booked_at = '2025-10-01 12:00:00' WHERE day = '2025-10-02'",
    ),
    "a delivery has one note, booked within two days": Rule(
        """SELECT * FROM (SELECT *, delivered_at::TIMESTAMP + INTERVAL 3 HOUR AS handed_over FROM shipments
            WHERE delivered_at IS NOT NULL) s FULL JOIN notes n USING (shipment_id)
        WHERE (n.shipment_id IS NULL AND handed_over < TIMESTAMP '2025-10-10 00:00:00') OR s.shipment_id IS NULL
        OR signed_at::TIMESTAMP <> date_trunc('second', handed_over) OR right(n.file, 4) <> warehouse_code
        OR booked_at < signed_at OR booked_at::TIMESTAMP > signed_at::TIMESTAMP + INTERVAL 2 DAY
        UNION ALL SELECT s.*, NULL, n.* EXCLUDE (shipment_id) FROM shipments s JOIN notes n USING (shipment_id)
        WHERE shipment_id IN (SELECT shipment_id FROM notes GROUP BY ALL HAVING count(*) > 1)""",
        "DELETE FROM notes WHERE day = '2025-10-04'",
    ),
    "a note says what is wrong with the papers": Rule(
        """SELECT * FROM notes WHERE documents_ok NOT IN ('true', 'false') OR parcels::INT < 1
        OR (documents_ok = 'false') <> coalesce(remark IN ('Signature missing', 'Address does not match',
            'Copy missing'), false)""",
        "UPDATE notes SET documents_ok = 'false' WHERE remark IS NULL",
    ),
    "a note of damaged goods means damaged goods": Rule(
        """SELECT * FROM notes JOIN (SELECT shipment_id, sum(damaged_qty) AS damaged FROM shipments_lines GROUP BY ALL)
        USING (shipment_id) WHERE documents_ok = 'true'
        AND (damaged > 0) <> coalesce(remark = 'Goods damaged', false)""",
        "UPDATE shipments_lines SET damaged_qty = 1",
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_rule_has_no_exception(rule: str, received: duckdb.DuckDBPyConnection) -> None:
    assert has_exception(received, RULES[rule]) == []


@pytest.mark.parametrize("rule", RULES)
def test_rule_notices_a_break(rule: str, received: duckdb.DuckDBPyConnection) -> None:
    assert notices(received, RULES[rule])


@pytest.mark.parametrize(
    ("kind", "header"),
    [
        ("adjustments", "adjustment_id,sku,bin,qty,uom,reason,adjusted_at,operator"),
        ("delivery_notes", "shipment_id,signed_at,booked_at,documents_ok,parcels,remark"),
    ],
)
def test_every_warehouse_sends_a_file_every_day(retailer: Retailer, kind: str, header: str) -> None:
    found = files(retailer, WMS, f"{kind}_*.csv")
    assert len(found) == DAYS * 3
    assert {path.read_text().splitlines()[0] for path in found} == {header}
    assert found[0].parts[-4:] == ("2025", "09", "22", f"{kind}_20250922_WH01.csv")


def test_what_the_rules_speak_of_happens(received: duckdb.DuckDBPyConnection) -> None:
    for query in (
        "SELECT count(DISTINCT reason) - 4 FROM adjustments",
        "SELECT count(*) FROM adjustments WHERE operator IS NULL",
        "SELECT count(*) FROM notes WHERE documents_ok = 'false'",
        "SELECT count(*) FROM notes WHERE booked_at::DATE > signed_at::DATE",
        "SELECT count(*) FROM notes WHERE remark = 'Goods damaged'",
    ):
        row = received.execute(query).fetchone()
        assert row is not None and row[0] > 0, query
