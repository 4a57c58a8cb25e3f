"""What must hold between promotions, the price list and sales of a clean world."""

from __future__ import annotations

from .rule import Rule

IN_SCOPE = """i.sku = l.sku AND l.placed_at >= i.valid_from AND l.placed_at < i.valid_to
    AND ((i.scope_type = 'channel' AND i.scope_code = l.channel)
        OR (i.scope_type = 'warehouse' AND i.scope_code = l.warehouse_code))"""
RULES = {
    "a price covers every sale, and is what was charged": Rule(
        """SELECT l.order_id FROM lines l ASOF LEFT JOIN price_list p ON p.sku = l.sku AND p.channel = l.channel
            AND p.valid_from <= l.placed_at
        WHERE p.sku IS NULL OR p.list_price <> l.unit_price::DECIMAL(18, 2)""",
        "DELETE FROM price_list WHERE channel = 'app'",
    ),
    "the price list is written on the day on which it holds, and before": Rule(
        """SELECT sku FROM price_list WHERE updated_at > valid_from OR updated_at::DATE <> valid_from::DATE
        OR updated_at <> created_at OR ((valid_from AT TIME ZONE 'UTC')::TIME <> TIME '21:00:00' AND valid_from NOT IN
            (SELECT created_at FROM products p WHERE p.sku = price_list.sku))""",
        "UPDATE price_list SET valid_from = valid_from + INTERVAL 1 HOUR WHERE promo_code IS NOT NULL",
    ),
    "the price list has a row when something changes, and only then": Rule(
        """SELECT sku FROM (SELECT *, lag(list_price) OVER w AS old_price, lag(promo_code) OVER w AS old_code,
            row_number() OVER w AS n FROM price_list WINDOW w AS (PARTITION BY sku, channel ORDER BY valid_from))
        WHERE n > 1 AND old_price = list_price AND old_code IS NOT DISTINCT FROM promo_code
        UNION ALL SELECT p.sku FROM (SELECT sku, updated_at, list_price FROM products) p
            CROSS JOIN (SELECT unnest(['web', 'app', 'till']) AS channel) c
            ASOF LEFT JOIN price_list l ON l.sku = p.sku AND l.channel = c.channel AND l.valid_from <= p.updated_at
        WHERE l.list_price IS DISTINCT FROM p.list_price""",
        "UPDATE price_list SET promo_code = NULL",
    ),
    "the price list knows the promotions of its channel": Rule(
        """SELECT l.sku FROM price_list l LEFT JOIN promotion_items i ON i.sku = l.sku AND i.scope_type = 'channel'
            AND i.scope_code = l.channel AND l.valid_from >= i.valid_from AND l.valid_from < i.valid_to
        WHERE l.promo_code IS DISTINCT FROM i.promo_code
        UNION ALL SELECT sku FROM price_list l ASOF JOIN promotions p ON p.promo_code = l.promo_code
            AND p.updated_at <= l.valid_from
        WHERE promo_price IS DISTINCT FROM CASE mechanic
            WHEN 'pct' THEN list_price - round(list_price::DECIMAL(12, 2) * discount_pct::DECIMAL(5, 4), 2)
            WHEN 'amount' THEN list_price - discount_amount END
        UNION ALL SELECT sku FROM price_list WHERE promo_code IS NULL AND promo_price IS NOT NULL
            OR promo_price <= 0 OR promo_price >= list_price""",
        "UPDATE price_list SET promo_price = promo_price - 0.01 WHERE promo_code LIKE 'PAYDAY%'",
    ),
    "a sale in scope gets the promotion, and no other does": Rule(
        f"SELECT l.order_id FROM lines l LEFT JOIN promotion_items i ON {IN_SCOPE} "
        "WHERE l.promo_code IS DISTINCT FROM i.promo_code",
        "UPDATE promotion_items SET valid_to = valid_to - INTERVAL 12 HOUR",
    ),
    "discounts follow the promotion": Rule(
        """SELECT order_id FROM (SELECT *, qty - cancelled_qty AS kept, unit_price::DECIMAL(12, 2) AS price
            FROM lines) l
        ASOF JOIN promotions p ON p.promo_code = l.promo_code AND p.updated_at <= l.placed_at
        WHERE discount::DECIMAL(18, 2) <> CASE mechanic
            WHEN 'pct' THEN round(price * kept::INTEGER * discount_pct::DECIMAL(5, 4), 2)
            WHEN 'amount' THEN discount_amount * kept ELSE price * (kept // 2)::INTEGER END
        UNION ALL SELECT order_id FROM lines WHERE promo_code IS NULL AND discount <> '0.00'""",
        "UPDATE lines SET discount = (discount::DECIMAL(18, 2) + 0.01)::VARCHAR WHERE promo_code LIKE 'PAIR%'",
    ),
    "one promotion at a time for a product, a channel and a warehouse": Rule(
        """SELECT a.sku FROM promotion_items a JOIN promotion_items b ON a.sku = b.sku AND a.promo_code < b.promo_code
            AND a.valid_from < b.valid_to AND b.valid_from < a.valid_to
            AND (a.scope_type <> b.scope_type OR a.scope_code = b.scope_code)""",
        "UPDATE promotion_items SET sku = 'GH000001'",
    ),
    "products are promoted while the promotion runs, from close of business to close of business": Rule(
        """SELECT i.sku FROM promotion_items i LEFT JOIN promotions p ON p.promo_code = i.promo_code
            AND p.status = 'running'
        WHERE p.promo_code IS NULL OR p.updated_at <> i.valid_from
        OR (i.valid_from AT TIME ZONE 'UTC')::TIME <> TIME '21:00:00'
        OR (i.valid_to AT TIME ZONE 'UTC')::TIME <> TIME '21:00:00' OR i.updated_at >= i.valid_from
        OR (i.valid_from AT TIME ZONE 'Africa/Nairobi')::DATE <> p.planned_start
        OR (i.valid_to AT TIME ZONE 'Africa/Nairobi')::DATE <> p.planned_end + 1
        UNION ALL SELECT promo_code FROM promotions WHERE status = 'running'
            AND promo_code NOT IN (SELECT promo_code FROM promotion_items)""",
        "UPDATE promotion_items SET valid_from = valid_from + INTERVAL 1 HOUR WHERE promo_code LIKE 'APP%'",
    ),
    "promotions are planned, run and end": Rule(
        """SELECT promo_code FROM (SELECT *, lag(status) OVER w AS former, row_number() OVER w AS n FROM promotions
            WINDOW w AS (PARTITION BY promo_code ORDER BY updated_at))
        WHERE (n = 1) <> (former IS NULL) OR (n = 1 AND (status <> 'planned' OR updated_at <> created_at))
        OR coalesce(former, '') || status NOT IN ('planned', 'plannedplanned', 'plannedcancelled', 'plannedrunning',
            'runningended')
        OR (status = 'planned' AND updated_at::DATE >= planned_start)
        OR (mechanic = 'pct') <> (discount_pct IS NOT NULL)
        OR (mechanic = 'amount') <> (discount_amount IS NOT NULL)""",
        "UPDATE promotions SET status = 'ended' WHERE status = 'planned'",
    ),
}
