"""What must hold in stock, orders and shipments of a clean world."""

from __future__ import annotations

from .rule import Rule

RULES = {
    "stock is never negative, at any moment": Rule(
        """SELECT * FROM (SELECT *, sum(qty_signed) OVER (PARTITION BY sku, warehouse_code ORDER BY moved_at,
        movement_id) AS balance FROM ledger) WHERE balance < 0""",
        "UPDATE inventory_ledger SET qty_signed = 1 WHERE movement_type = 'OPENING'",
    ),
    "openings are dated at the first day": Rule(
        """SELECT * FROM ledger WHERE (movement_type = 'OPENING') <> (reference_type = 'OPENING')
        OR (movement_type = 'OPENING' AND moved_at <> (SELECT min(moved_at) FROM ledger))""",
        "UPDATE inventory_ledger SET moved_at = moved_at + INTERVAL 1 DAY WHERE movement_id = 'MV0000000002'",
    ),
    "the sign follows the movement": Rule(
        """SELECT * FROM ledger WHERE qty_signed = 0
        OR (movement_type IN ('OPENING', 'RECEIPT', 'RETURN_IN', 'TRANSFER_IN') AND qty_signed < 0)
        OR (movement_type IN ('SHIP', 'RETURN_TO_VENDOR', 'TRANSFER_OUT') AND qty_signed > 0)
        OR (movement_type = 'WRITE_OFF' AND (qty_signed > 0) <> (reversal_of IS NOT NULL))""",
        "UPDATE inventory_ledger SET qty_signed = -qty_signed WHERE movement_type = 'RETURN_IN'",
    ),
    "a count equals the book, or an ADJUST follows next morning": Rule(
        """SELECT c.* FROM counts c LEFT JOIN (SELECT sku, warehouse_code, reference_id, business_date,
            sum(qty_signed) AS qty FROM ledger WHERE movement_type = 'ADJUST' GROUP BY ALL) a
            ON a.reference_id = c.count_id AND a.sku = c.sku
            AND a.warehouse_code = c.warehouse_code AND a.business_date = c.business_date + 1
        WHERE c.business_date < DATE '2025-10-11' AND c.qty <> coalesce(a.qty, 0) + coalesce(
            (SELECT arg_max(k.qty, k.business_date) FROM closing k WHERE k.sku = c.sku
             AND k.warehouse_code = c.warehouse_code AND k.business_date <= c.business_date), 0)""",
        "DELETE FROM inventory_ledger WHERE movement_type = 'ADJUST'",
    ),
    "every ADJUST belongs to a counted SKU": Rule(
        """SELECT * FROM ledger l WHERE movement_type = 'ADJUST' AND NOT EXISTS (SELECT 1 FROM counts c
        WHERE c.count_id = l.reference_id AND c.sku = l.sku AND c.warehouse_code = l.warehouse_code)""",
        "UPDATE counts SET sku = 'GH999999'",
    ),
    "RECEIPT movements equal what was accepted": Rule(
        """SELECT * FROM goods_receipts r FULL JOIN (FROM ledger WHERE movement_type = 'RECEIPT') l
        ON l.reference_id = r.grn_number AND l.reference_line_no = r.line_no
        WHERE r.accepted_qty IS DISTINCT FROM l.qty_signed OR r.received_at <> l.moved_at OR r.sku <> l.sku
        OR r.warehouse_code <> l.warehouse_code""",
        "DELETE FROM goods_receipts WHERE grn_number = (SELECT min(grn_number) FROM goods_receipts)",
    ),
    "SHIP movements equal what was shipped": Rule(
        """SELECT * FROM shipment_lines s FULL JOIN (FROM ledger WHERE movement_type = 'SHIP') l
        ON l.reference_id = s.shipment_id AND l.reference_line_no = s.line_no
        WHERE s.shipped_qty IS DISTINCT FROM -l.qty_signed OR s.shipped_at <> l.moved_at OR s.sku <> l.sku
        OR s.warehouse_code <> l.warehouse_code""",
        "DELETE FROM inventory_ledger WHERE movement_type = 'SHIP' AND hour(moved_at) = 9",
    ),
    "transfers arrive as they left, or are on the road": Rule(
        """SELECT o.sku FROM (FROM ledger WHERE movement_type = 'TRANSFER_IN') i
        FULL JOIN (FROM ledger WHERE movement_type = 'TRANSFER_OUT') o USING (reference_id, reference_line_no)
        WHERE o.qty_signed IS NULL OR i.qty_signed <> -o.qty_signed OR i.sku <> o.sku OR i.moved_at <= o.moved_at
        OR i.counterpart_warehouse_code <> o.warehouse_code OR o.counterpart_warehouse_code <> i.warehouse_code
        OR o.counterpart_warehouse_code IS NULL
        OR (i.qty_signed IS NULL AND o.moved_at < (SELECT max(moved_at) FROM ledger) - INTERVAL 2 DAY)""",
        "DELETE FROM inventory_ledger WHERE movement_type = 'TRANSFER_IN' AND moved_at < '2025-09-30'",
    ),
    "received is accepted plus rejected, never more than ordered": Rule(
        """SELECT * FROM (SELECT po_number, po_line_no, sum(accepted_qty) AS accepted, sum(received_qty) AS received,
            bool_and(received_qty = accepted_qty + rejected_qty) AS adds_up FROM goods_receipts GROUP BY ALL) r
        LEFT JOIN purchase_order_lines p ON p.po_number = r.po_number AND p.line_no = r.po_line_no
        WHERE NOT adds_up OR accepted > ordered_qty * 1.02
        OR received + cancelled_qty > ordered_qty OR p.sku IS NULL""",
        "UPDATE goods_receipts SET received_qty = received_qty + 1 WHERE line_no = 1",
    ),
    "a purchase order is received when nothing is left to come": Rule(
        """SELECT p.po_number FROM purchase_orders p JOIN (SELECT po_number, sum(ordered_qty - cancelled_qty) AS wanted
            FROM purchase_order_lines GROUP BY ALL) USING (po_number) LEFT JOIN (SELECT po_number,
            sum(received_qty) AS got FROM goods_receipts GROUP BY ALL) USING (po_number)
        WHERE (p.status = 'received') <> (wanted > 0 AND wanted = coalesce(got, 0))
        OR (p.status <> 'cancelled' AND (p.status = 'approved') <> (sent_at IS NULL))
        OR (p.status = 'partially_received') <> (coalesce(got, 0) BETWEEN 1 AND wanted - 1)""",
        "UPDATE purchase_orders SET status = 'sent' WHERE status = 'received'",
    ),
    "order totals are exact": Rule(
        """SELECT order_id FROM orders JOIN (SELECT order_id,
            sum((qty - cancelled_qty) * unit_price::DECIMAL(18, 2)) AS gross,
            sum(discount::DECIMAL(18, 2)) AS off FROM lines GROUP BY ALL) USING (order_id)
        WHERE order_total::DECIMAL(18, 2) <> gross - off + shipping_fee::DECIMAL(18, 2)
        OR discount_total::DECIMAL(18, 2) <> off OR gross < off""",
        "UPDATE orders SET order_total = (order_total::DECIMAL(18, 2) + 0.01)::VARCHAR WHERE status = 'paid'",
    ),
    "a shipment names the customer of its order": Rule(
        """SELECT shipment_id FROM shipments s LEFT JOIN orders o USING (order_id)
        WHERE s.customer_id IS DISTINCT FROM o.customer_id OR s.warehouse_code IS DISTINCT FROM o.warehouse_code""",
        "UPDATE shipments SET customer_id = 'CUS9999999' WHERE customer_id IS NULL",
    ),
    "every order has lines": Rule(
        "SELECT order_id FROM orders WHERE order_id NOT IN (SELECT order_id FROM lines)",
        "DELETE FROM lines WHERE order_id = 'ORD000000001'",
    ),
    "shipped is at most ordered less cancelled": Rule(
        """SELECT * FROM shipment_lines s LEFT JOIN lines l ON l.order_id = s.order_id AND l.line_no = s.order_line_no
        WHERE l.sku IS NULL OR shipped_qty > qty - cancelled_qty OR delivered_qty > shipped_qty
        OR damaged_qty > delivered_qty OR s.sku <> l.sku""",
        "UPDATE shipment_lines SET shipped_qty = shipped_qty + 1 WHERE line_no = 2",
    ),
    "orders that were shipped are shipped in full or cancelled": Rule(
        """SELECT l.order_id FROM lines l LEFT JOIN shipment_lines s ON s.order_id = l.order_id
            AND s.order_line_no = l.line_no
        WHERE l.status IN ('shipped', 'delivered') AND coalesce(s.shipped_qty, 0) <> l.qty - l.cancelled_qty
        OR l.status = 'cancelled' AND l.qty <> l.cancelled_qty""",
        "UPDATE lines SET cancelled_qty = 0 WHERE status = 'cancelled'",
    ),
    "milestones are in order": Rule(
        """SELECT o.order_id FROM orders o LEFT JOIN shipments s USING (order_id) WHERE paid_at < placed_at
        OR allocated_at < paid_at OR picked_at < allocated_at OR shipped_at < picked_at
        OR (allocated_at IS NULL AND picked_at IS NOT NULL) OR (picked_at IS NULL AND shipped_at IS NOT NULL)
        OR (paid_at IS NULL AND allocated_at IS NOT NULL)
        OR cancelled_at < coalesce(paid_at, placed_at) OR shipped_at < paid_at OR delivered_at < shipped_at
        OR (shipped_at IS NOT NULL AND paid_at IS NULL)
        OR (o.status IN ('shipped', 'delivered')) <> (shipped_at IS NOT NULL)
        OR (o.status = 'delivered') <> (delivered_at IS NOT NULL)
        OR (o.status = 'cancelled') <> (cancelled_at IS NOT NULL)
        OR o.updated_at <> greatest(placed_at, paid_at, allocated_at, picked_at, cancelled_at,
            shipped_at, delivered_at)""",
        "UPDATE orders SET paid_at = placed_at - INTERVAL 1 SECOND WHERE order_id = 'ORD000000009'",
    ),
    "a price is the list price at that moment": Rule(
        """SELECT l.order_id FROM lines l ASOF JOIN products p ON p.sku = l.sku AND p.updated_at <= l.placed_at
        WHERE l.unit_price::DECIMAL(18, 2) <> p.list_price""",
        "UPDATE products SET list_price = list_price + 5 WHERE updated_at >= '2025-09-22'",
    ),
    "products and customers of order lines existed": Rule(
        """SELECT order_id FROM lines l WHERE NOT EXISTS (SELECT 1 FROM products p WHERE p.sku = l.sku
            AND p.updated_at <= l.placed_at)
        OR (customer_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM customers c WHERE c.customer_id = l.customer_id
            AND c.updated_at <= l.placed_at))""",
        "DELETE FROM customers WHERE first_seen_at >= '2025-09-22' AND created_at = updated_at",
    ),
    "masters of documents existed": Rule(
        """SELECT l.sku FROM ledger l WHERE NOT EXISTS (SELECT 1 FROM products p WHERE p.sku = l.sku
            AND p.updated_at <= moved_at)
        OR l.warehouse_code NOT IN (SELECT warehouse_code FROM warehouses WHERE updated_at <= moved_at)
        UNION ALL SELECT po_number FROM purchase_orders o WHERE NOT EXISTS (SELECT 1 FROM suppliers s
            WHERE s.supplier_code = o.supplier_code AND s.updated_at <= ordered_at)
        UNION ALL SELECT sku FROM purchase_order_lines l WHERE NOT EXISTS (SELECT 1 FROM products p WHERE p.sku = l.sku
            AND p.updated_at <= l.created_at)
        UNION ALL SELECT sku FROM products WHERE primary_supplier_code NOT IN (SELECT supplier_code FROM suppliers)""",
        "DELETE FROM suppliers WHERE supplier_code = 'SUP0001'",
    ),
    "keys are unique": Rule(
        """SELECT order_id FROM orders GROUP BY ALL HAVING count(*) > 1
        UNION ALL SELECT shipment_id FROM shipments GROUP BY ALL HAVING count(*) > 1
        UNION ALL SELECT order_id FROM lines GROUP BY order_id, line_no HAVING count(*) > 1
        UNION ALL SELECT shipment_id FROM shipment_lines GROUP BY shipment_id, line_no HAVING count(*) > 1
        UNION ALL SELECT customer_id FROM customers GROUP BY customer_id, updated_at HAVING count(*) > 1
        UNION ALL SELECT sku FROM products GROUP BY sku, updated_at HAVING count(*) > 1
        UNION ALL SELECT count_id FROM counts GROUP BY count_id, sku HAVING count(*) > 1""",
        "INSERT INTO orders FROM orders LIMIT 1",
    ),
}
