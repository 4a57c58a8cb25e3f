"""M-PESA of the clean world: callbacks, statements, orders and returns tell the same story, to the cent."""

from __future__ import annotations

import json
import re

import duckdb
import pytest

from .conftest import DAYS, Retailer
from .received import MPESA, files, has_exception, notices
from .rules import Rule

# Movements after the close of business of the last day are on a statement that does not exist yet.
CLOSED = "moment < TIMESTAMP '2025-10-11 21:00:00'"
RULES = {
    "every payment is on the statement, and the reverse": Rule(
        f"""SELECT * FROM (FROM payments WHERE {CLOSED}) p FULL JOIN (FROM posted WHERE reason_type <> 'Reversal') s
        USING (receipt) WHERE p.amount IS DISTINCT FROM s.paid_in OR p.moment IS DISTINCT FROM s.moment
        OR p.short_code <> s.short_code OR p.order_id IS DISTINCT FROM s.account OR s.withdrawn <> 0
        OR reason_type <> CASE path WHEN 'stk' THEN 'Pay Bill Online' WHEN 'till' THEN 'Buy Goods'
            ELSE 'Pay Bill' END""",
        'DELETE FROM statements WHERE "Paid In" IS NOT NULL AND row_no = 5',
    ),
    "every reversal is on the statement, and the reverse": Rule(
        f"""SELECT * FROM (FROM given_back WHERE {CLOSED}) r FULL JOIN (FROM posted WHERE reason_type = 'Reversal') s
        USING (receipt) WHERE r.amount IS DISTINCT FROM s.withdrawn OR r.moment IS DISTINCT FROM s.moment
        OR s.paid_in <> 0 OR r.linked IS DISTINCT FROM s.linked OR r.short_code <> s.short_code
        OR r.reason IS DISTINCT FROM s.account""",
        "DELETE FROM reversals WHERE row_no = 0 AND day = '2025-10-06'",
    ),
    "the balance runs on from row to row and from day to day": Rule(
        """SELECT * FROM (SELECT *, lag(balance, 1, 0) OVER (PARTITION BY short_code ORDER BY day, row_no) AS before,
            lag(moment) OVER (PARTITION BY short_code ORDER BY day, row_no) AS at_before FROM posted)
        WHERE balance <> before + paid_in - withdrawn OR balance < 0 OR moment < at_before""",
        "UPDATE statements SET Balance = '1.00' WHERE row_no = 3",
    ),
    "a statement holds one business day of one short code": Rule(
        """SELECT * FROM posted WHERE nairobi(moment) <> day::DATE
        OR file <> 'statement_' || replace(day, '-', '') || '_' || short_code""",
        "UPDATE statements SET \"Completion Time\" = '2025-10-04 00:00:00' WHERE day = '2025-10-03'",
    ),
    "confirmations carry the balance of the statement": Rule(
        """SELECT * FROM c2b JOIN posted ON receipt = TransID
        WHERE balance <> OrgAccountBalance::DECIMAL(18, 2)""",
        "UPDATE c2b SET OrgAccountBalance = '0.00' WHERE row_no = 1",
    ),
    "receipts are unique": Rule(
        "SELECT receipt FROM (SELECT receipt FROM payments UNION ALL SELECT receipt FROM given_back) "
        "GROUP BY ALL HAVING count(*) > 1",
        "INSERT INTO c2b FROM c2b LIMIT 1",
    ),
    "receipts look like those of the provider: year, month and day as a character each": Rule(
        """SELECT receipt FROM (SELECT receipt, moment FROM payments UNION ALL SELECT receipt, moment FROM given_back)
        WHERE NOT regexp_full_match(receipt, '[A-Z0-9]{10}')
        OR left(receipt, 1) <> chr((year(nairobi(moment)) - 1941)::INT)
        OR receipt[2] <> chr((64 + month(nairobi(moment)))::INT)
        OR receipt[3] <> '123456789ABCDEFGHIJKLMNOPQRSTUV'[day(nairobi(moment))]""",
        "UPDATE c2b SET TransID = lower(TransID) WHERE row_no = 0",
    ),
    "a reversal gives back an earlier payment, never more than it": Rule(
        """SELECT * FROM given_back r LEFT JOIN payments p ON p.receipt = r.linked WHERE p.receipt IS NULL
        OR r.moment <= p.moment OR p.short_code <> r.short_code OR p.msisdn <> r.msisdn OR r.amount <= 0 OR p.amount <
            (SELECT sum(amount) FROM given_back o WHERE o.linked = r.linked)""",
        "UPDATE reversals SET TransAmount = '99999999.00' WHERE row_no = 0",
    ),
    "a paid order has one payment, which less what was given back for it is its total": Rule(
        """SELECT * FROM (FROM orders WHERE payment_method = 'mpesa' AND paid_at IS NOT NULL) o
        FULL JOIN (SELECT order_id, sum(amount) AS paid, count(*) AS n, min(moment) AS moment FROM payments
            WHERE path <> 'stray' GROUP BY ALL) p USING (order_id)
        LEFT JOIN (SELECT p.order_id, sum(r.amount) AS back FROM given_back r JOIN payments p ON p.receipt = r.linked
            WHERE r.reason = p.order_id GROUP BY ALL) b USING (order_id)
        WHERE n IS DISTINCT FROM 1 OR paid - coalesce(back, 0) IS DISTINCT FROM order_total::DECIMAL(18, 2)
        OR moment IS DISTINCT FROM paid_at::TIMESTAMP""",
        "UPDATE reversals SET TransAmount = '0.01' WHERE Reason LIKE 'ORD%'",
    ),
    "a refunded return is given back exactly": Rule(
        """SELECT * FROM (FROM given_back WHERE reason LIKE 'RET%') r
        FULL JOIN (SELECT return_id, order_id, sum(refund::DECIMAL(18, 2)) AS refund, any_value(refunded_at) AS moment
            FROM returns_lines JOIN orders USING (order_id) WHERE payment_method = 'mpesa'
            AND returns_lines.status = 'refunded' GROUP BY ALL HAVING sum(refund::DECIMAL(18, 2)) > 0) n
        ON n.return_id = r.reason LEFT JOIN payments p ON p.receipt = r.linked
        WHERE n.refund IS DISTINCT FROM r.amount OR n.moment::TIMESTAMP IS DISTINCT FROM r.moment
        OR p.order_id <> n.order_id""",
        "UPDATE returns_lines SET refund = '1.00'",
    ),
    "tills are paid at their own short code": Rule(
        """SELECT * FROM payments p JOIN orders o USING (order_id) WHERE (path = 'till') <> (channel = 'till')
        OR short_code <> CASE channel WHEN 'till' THEN '6000' || right(warehouse_code, 2) ELSE '400200' END""",
        "UPDATE c2b SET BusinessShortCode = '600001'",
    ),
    "stray payments name no order": Rule(
        "SELECT * FROM payments p WHERE path = 'stray' AND (short_code <> '400200' OR order_id IN "
        "(SELECT order_id FROM orders))",
        "UPDATE c2b SET BillRefNumber = 'ORD000000001' WHERE TransactionType = 'Pay Bill'",
    ),
    "every request is answered once": Rule(
        """SELECT * FROM payment_requests r FULL JOIN stk s ON s.CheckoutRequestID = r.checkout_request_id
        WHERE r.merchant_request_id IS DISTINCT FROM s.MerchantRequestID
        OR ReceivedAt::TIMESTAMP <= requested_at::TIMESTAMP OR (ResultCode = 0 AND s.Amount::DECIMAL(18, 2) <> r.amount)
        OR (ResultCode = 0 AND digits(TransactionDate) < date_trunc('second', requested_at::TIMESTAMP))
        OR (ResultCode = 0 AND s.PhoneNumber <> r.msisdn)
        UNION ALL SELECT * FROM payment_requests r JOIN stk s ON s.CheckoutRequestID = r.checkout_request_id
        WHERE checkout_request_id IN (SELECT CheckoutRequestID FROM stk GROUP BY ALL HAVING count(*) > 1)""",
        "DELETE FROM payment_requests WHERE order_id = 'ORD000000004'",
    ),
    "requests are for online orders, after they were placed and not after they were paid": Rule(
        """SELECT * FROM payment_requests r LEFT JOIN orders o USING (order_id) WHERE channel = 'till'
        OR payment_method <> 'mpesa' OR o.order_id IS NULL OR requested_at::TIMESTAMP < placed_at::TIMESTAMP
        OR requested_at::TIMESTAMP > paid_at::TIMESTAMP""",
        "UPDATE orders SET placed_at = '2025-10-11T00:00:00Z' WHERE order_id = 'ORD000000004'",
    ),
    "an online order that is never paid has failed requests": Rule(
        """SELECT order_id FROM orders WHERE payment_method = 'mpesa' AND channel <> 'till' AND status = 'cancelled'
        AND paid_at IS NULL AND order_id NOT IN (SELECT order_id FROM payment_requests r JOIN stk s
            ON s.CheckoutRequestID = r.checkout_request_id WHERE ResultCode <> 0)""",
        "UPDATE stk SET ResultCode = 0",
    ),
    "metadata comes with success only": Rule(
        """SELECT * FROM stk WHERE (ResultCode = 0) <> (Amount IS NOT NULL)
        OR (ResultCode = 0) <> (MpesaReceiptNumber IS NOT NULL)
        OR (ResultCode = 0) <> (ResultDesc = 'The service request is processed successfully.')""",
        "UPDATE stk SET Amount = '1' WHERE ResultCode = 1032",
    ),
    "customers pay with their phone": Rule(
        """SELECT * FROM payments JOIN orders o USING (order_id) WHERE customer_id IS NOT NULL AND msisdn NOT IN
        (SELECT phone(c.msisdn) FROM customers c WHERE c.customer_id = o.customer_id)""",
        "UPDATE c2b SET MSISDN = '254700000000'",
    ),
    "fees are small, and none for reversals": Rule(
        """SELECT * FROM posted WHERE fee < 0 OR fee > 200 OR fee > 0.006 * paid_in
        OR (fee = 0) <> (paid_in <= 200)""",
        "UPDATE statements SET Fee = '5.00' WHERE Withdrawn IS NOT NULL",
    ),
    "logs hold what the gateway got on their UTC day, after it happened": Rule(
        """SELECT TransID FROM c2b WHERE ReceivedAt::TIMESTAMP::DATE <> day::DATE
            OR ReceivedAt::TIMESTAMP < digits(TransTime)
        UNION ALL SELECT CheckoutRequestID FROM stk WHERE ReceivedAt::TIMESTAMP::DATE <> day::DATE
            OR ReceivedAt::TIMESTAMP < digits(TransactionDate)
        UNION ALL SELECT TransactionID FROM reversals WHERE ReceivedAt::TIMESTAMP::DATE <> day::DATE
            OR ReceivedAt::TIMESTAMP < digits(TransTime)""",
        "UPDATE stk SET day = '2025-10-02' WHERE day = '2025-10-03'",
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_rule_has_no_exception(rule: str, received: duckdb.DuckDBPyConnection) -> None:
    assert has_exception(received, RULES[rule]) == []


@pytest.mark.parametrize("rule", RULES)
def test_rule_notices_a_break(rule: str, received: duckdb.DuckDBPyConnection) -> None:
    assert notices(received, RULES[rule])


def test_everything_that_the_rules_speak_of_happens(received: duckdb.DuckDBPyConnection) -> None:
    for query in (
        "SELECT count(*) FROM payments WHERE path = 'stray'",
        "SELECT count(*) FROM payments WHERE path = 'till'",
        "SELECT count(*) FROM given_back WHERE reason LIKE 'RET%'",
        "SELECT count(*) FROM given_back WHERE reason LIKE 'ORD%'",
        "SELECT count(*) FROM given_back WHERE short_code <> '400200'",
        "SELECT count(*) FROM posted WHERE hour(moment) >= 21",
        "SELECT count(*) FROM payments JOIN orders USING (order_id) WHERE channel = 'till' AND customer_id IS NULL",
        "SELECT greatest(count(DISTINCT ResultCode) - 4, 0) FROM stk",
        "SELECT count(*) FROM stk s JOIN payment_requests r ON r.checkout_request_id = s.CheckoutRequestID "
        "JOIN payments p USING (order_id) WHERE ResultCode <> 0",
    ):
        row = received.execute(query).fetchone()
        assert row is not None and row[0] > 0, query


def test_payloads_are_shaped_like_those_of_the_provider(retailer: Retailer) -> None:
    line = files(retailer, MPESA, "c2b_*.jsonl")[0].read_text().splitlines()[0]
    confirmation = json.loads(line)
    assert list(confirmation) == [
        "TransactionType", "TransID", "TransTime", "TransAmount", "BusinessShortCode", "BillRefNumber",
        "InvoiceNumber", "OrgAccountBalance", "ThirdPartyTransID", "MSISDN", "FirstName", "MiddleName", "LastName",
        "ReceivedAt",
    ]  # fmt: skip
    assert all(isinstance(value, str) for value in confirmation.values())
    assert re.fullmatch(r"\d+\.\d\d", confirmation["TransAmount"])
    assert re.fullmatch(r"254[17]\d{8}", confirmation["MSISDN"])
    lines = files(retailer, MPESA, "stk_*.jsonl")[0].read_text().splitlines()
    paid = next(json.loads(line) for line in lines if '"ResultCode":0' in line)
    failed = next(json.loads(line) for line in lines if '"ResultCode":0' not in line)
    assert list(paid) == list(failed) == ["Body", "ReceivedAt"]
    fields = ["MerchantRequestID", "CheckoutRequestID", "ResultCode", "ResultDesc"]
    assert list(failed["Body"]["stkCallback"]) == fields
    assert list(paid["Body"]["stkCallback"]) == [*fields, "CallbackMetadata"]
    items = {item["Name"]: item["Value"] for item in paid["Body"]["stkCallback"]["CallbackMetadata"]["Item"]}
    assert list(items) == ["Amount", "MpesaReceiptNumber", "TransactionDate", "PhoneNumber"]
    assert [type(value) for value in items.values()] == [float, str, int, int]
    assert re.fullmatch(r"ws_CO_\d{24}", paid["Body"]["stkCallback"]["CheckoutRequestID"])


def test_there_is_one_statement_per_short_code_and_day(retailer: Retailer) -> None:
    names = [path.name for path in files(retailer, MPESA, "statement_*.csv")]
    assert len(names) == len(set(names)) == 2 * DAYS
    assert {name[-10:-4] for name in names} == {"400200", "600003"}
