"""What must hold between purchase orders, receipts, invoices, exchange rates and corrections of a clean world."""

from __future__ import annotations

from .rule import Rule

RULES = {
    "one exchange rate per currency and day, without a gap": Rule(
        """SELECT currency FROM fx_rates GROUP BY currency HAVING count(DISTINCT rate_date) <> count(*)
            OR max(rate_date) - min(rate_date) + 1 <> count(*) OR max(rate_date) <> DATE '2025-10-11'
            OR min(rate_date) > DATE '2025-08-22' OR min(rate) <= 1
        UNION ALL SELECT currency FROM fx_rates WHERE updated_at::DATE <> rate_date
        UNION ALL SELECT c FROM (SELECT unnest(['USD', 'EUR', 'CNY']) AS c)
            WHERE c NOT IN (SELECT currency FROM fx_rates)
        UNION ALL SELECT 'KES' FROM fx_rates WHERE currency = 'KES'""",
        "DELETE FROM fx_rates WHERE rate_date = '2025-10-01' AND currency = 'CNY'",
    ),
    "an order is in the currency of its supplier": Rule(
        """SELECT po_number FROM purchase_orders o JOIN suppliers s ON s.supplier_code = o.supplier_code
            AND s.updated_at <= o.ordered_at WHERE s.currency <> o.currency""",
        "UPDATE purchase_orders SET currency = 'EUR' WHERE po_number = 'PO00000001'",
    ),
    "goods cost what was ordered, at the rate of the order's date": Rule(
        """SELECT r.grn_number FROM goods_receipts r JOIN purchase_order_lines l ON l.po_number = r.po_number
            AND l.line_no = r.po_line_no JOIN purchase_orders o ON o.po_number = r.po_number
        LEFT JOIN fx_rates f ON f.currency = o.currency
            AND f.rate_date = (o.ordered_at AT TIME ZONE 'Africa/Nairobi')::DATE
        JOIN ledger m ON m.reference_id = r.grn_number AND m.reference_line_no = r.line_no
        WHERE (f.rate IS NULL AND o.currency <> 'KES') OR m.unit_cost <> r.unit_cost OR r.uom <> 'EA'
        OR r.unit_cost <> round(l.unit_cost::DECIMAL(14, 4) * coalesce(f.rate, 1)::DECIMAL(14, 6), 4)""",
        "UPDATE fx_rates SET rate = rate + 0.01",
    ),
    "an order is approved before it is sent": Rule(
        """SELECT po_number FROM purchase_orders WHERE approved_at IS NULL OR approved_at < ordered_at
        OR approved_at > sent_at OR updated_at < greatest(approved_at, sent_at)""",
        "UPDATE purchase_orders SET approved_at = sent_at + INTERVAL 1 SECOND WHERE status = 'received'",
    ),
    "a cancelled order was cancelled whole, before anything came": Rule(
        """SELECT o.po_number FROM purchase_orders o JOIN (SELECT po_number,
            bool_and(cancelled_qty = ordered_qty) AS whole FROM purchase_order_lines GROUP BY ALL) USING (po_number)
        WHERE (o.status = 'cancelled') <> whole
        OR (whole AND o.po_number IN (SELECT po_number FROM goods_receipts))""",
        "UPDATE purchase_orders SET status = 'cancelled' WHERE status = 'received'",
    ),
    "each receipt with accepted goods is invoiced once, line by line, for what was accepted": Rule(
        """SELECT r.grn_number FROM (FROM goods_receipts WHERE accepted_qty > 0) r
        FULL JOIN supplier_invoices i ON i.grn_number = r.grn_number AND i.line_no = r.line_no
        LEFT JOIN purchase_order_lines l ON l.po_number = i.po_number AND l.line_no = i.po_line_no
        LEFT JOIN purchase_orders o ON o.po_number = i.po_number
        WHERE r.grn_number IS NULL OR (i.grn_number IS NULL AND r.received_at < TIMESTAMPTZ '2025-10-08 00:00:00+00')
        OR i.invoice_number <> replace(r.grn_number, 'GRN', 'INV') OR i.invoiced_qty <> r.accepted_qty
        OR i.po_number <> r.po_number OR i.po_line_no <> r.po_line_no OR i.supplier_code <> r.supplier_code
        OR i.unit_price <> l.unit_cost OR i.currency <> o.currency
        OR i.line_amount <> round(i.invoiced_qty * i.unit_price::DECIMAL(14, 4), 2)
        OR i.created_at::DATE - r.received_at::DATE NOT BETWEEN 1 AND 3
        OR i.invoice_date <> (i.created_at AT TIME ZONE 'Africa/Nairobi')::DATE""",
        "UPDATE supplier_invoices SET line_amount = line_amount + 0.01 WHERE invoice_number = 'INV00000003'",
    ),
    "invoices are paid when they are due, some later": Rule(
        """SELECT invoice_number FROM supplier_invoices i JOIN goods_receipts r ON r.grn_number = i.grn_number
            AND r.line_no = i.line_no
        WHERE (i.status = 'paid') <> (i.paid_at IS NOT NULL) OR i.paid_at::DATE - i.due_date NOT BETWEEN 0 AND 12
        OR (i.due_date < DATE '2025-09-29' AND i.status = 'open')
        OR i.updated_at <> coalesce(i.paid_at, i.created_at)
        OR i.due_date - (r.received_at AT TIME ZONE 'Africa/Nairobi')::DATE NOT IN (7, 14, 30, 45, 60)""",
        "UPDATE supplier_invoices SET paid_at = created_at WHERE status = 'open'",
    ),
    "a movement that is taken back was a write-off of the day before, and is taken back once": Rule(
        """SELECT b.movement_id FROM (FROM ledger WHERE reversal_of IS NOT NULL) b
        LEFT JOIN ledger m ON m.movement_id = b.reversal_of
        WHERE m.movement_id IS NULL OR m.movement_type <> 'WRITE_OFF' OR b.movement_type <> m.movement_type
        OR b.qty_signed <> -m.qty_signed OR b.sku <> m.sku OR b.warehouse_code <> m.warehouse_code
        OR b.unit_cost <> m.unit_cost OR b.business_date <> m.business_date + 1
        UNION ALL SELECT reversal_of FROM ledger WHERE reversal_of IS NOT NULL GROUP BY ALL HAVING count(*) > 1""",
        "UPDATE inventory_ledger SET qty_signed = qty_signed + 1 WHERE reversal_of IS NOT NULL",
    ),
    "every write-off has an adjustment number of its own": Rule(
        """SELECT reference_id FROM ledger WHERE reference_type = 'ADJUSTMENT' GROUP BY ALL HAVING count(*) > 1
        UNION ALL SELECT movement_id FROM ledger WHERE (movement_type = 'WRITE_OFF') <> (reference_type = 'ADJUSTMENT')
        OR (movement_type = 'WRITE_OFF' AND NOT regexp_full_match(reference_id, 'ADJ[0-9]{8}'))
        OR (counterpart_warehouse_code IS NOT NULL) <> (movement_type IN ('TRANSFER_IN', 'TRANSFER_OUT'))""",
        "UPDATE inventory_ledger SET reference_id = 'ADJ00000001' WHERE movement_type = 'WRITE_OFF'",
    ),
}
