"""What must hold between deliveries, returns and refunds of a clean world."""

from __future__ import annotations

from .rule import Rule

RULES = {
    "RETURN_IN movements equal what was restocked": Rule(
        """SELECT return_id FROM (FROM return_lines WHERE restocked_qty > 0) r
        FULL JOIN (FROM ledger WHERE movement_type = 'RETURN_IN') l
        ON l.reference_id = r.return_id AND l.reference_line_no = r.line_no
        WHERE r.restocked_qty IS DISTINCT FROM l.qty_signed OR r.returned_at <> l.moved_at OR r.sku <> l.sku
        OR r.warehouse_code <> l.warehouse_code OR l.reference_type <> 'RETURN'""",
        "UPDATE return_lines SET restocked_qty = restocked_qty + 1",
    ),
    "what comes back was delivered": Rule(
        """SELECT return_id FROM return_lines r LEFT JOIN shipment_lines s ON s.order_id = r.order_id
            AND s.order_line_no = r.order_line_no
        WHERE s.sku IS NULL OR r.sku <> s.sku OR r.returned_qty > s.delivered_qty OR r.returned_at <= s.delivered_at
        OR r.customer_id IS DISTINCT FROM s.customer_id OR r.warehouse_code <> s.warehouse_code OR returned_qty < 1
        OR returned_qty <> restocked_qty + scrapped_qty OR least(restocked_qty, scrapped_qty) < 0
        UNION ALL SELECT return_id FROM return_lines GROUP BY return_id, order_line_no HAVING count(*) > 1
        UNION ALL SELECT order_id FROM returns GROUP BY ALL HAVING count(*) > 1""",
        "UPDATE return_lines SET returned_qty = returned_qty + 100, restocked_qty = restocked_qty + 100",
    ),
    "a refund is never more than was paid for these units": Rule(
        """SELECT return_id FROM return_lines r JOIN lines l ON l.order_id = r.order_id AND l.line_no = r.order_line_no
        WHERE r.refund::DECIMAL(12, 2) * (l.qty - l.cancelled_qty) > r.returned_qty
            * ((l.qty - l.cancelled_qty) * l.unit_price::DECIMAL(12, 2) - l.discount::DECIMAL(12, 2))
        OR r.refund::DECIMAL(18, 2) <= 0 OR r.channel <> l.channel""",
        "UPDATE return_lines SET refund = (refund::DECIMAL(18, 2) + 0.01)::VARCHAR",
    ),
    "returns are received, then refunded": Rule(
        """SELECT return_id FROM returns WHERE (status = 'refunded') <> (refunded_at IS NOT NULL)
        OR refunded_at < returned_at OR created_at <> returned_at
        OR updated_at <> coalesce(refunded_at, returned_at)""",
        "UPDATE returns SET status = 'received'",
    ),
    "a batch is of one product": Rule(
        "SELECT batch_no FROM return_lines WHERE batch_no IS NOT NULL GROUP BY ALL HAVING count(DISTINCT sku) > 1",
        "UPDATE return_lines SET batch_no = 'LOT000000001'",
    ),
}
