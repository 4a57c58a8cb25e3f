"""Everything that the ERP learns, as COPY text by table; masters under audit.*."""

from __future__ import annotations

from simulator.engine.output import DayOutput
from simulator.frames import Frame
from simulator.masters.text import Texts
from simulator.masters.world import World
from simulator.sinks import rows, trade


def opening_tables(opening: dict[str, Frame], world: World, texts: Texts) -> dict[str, str]:
    """COPY text of what exists before the first day, by table."""
    return {
        "audit.products": rows.product_rows(opening["products"], world, texts),
        "audit.suppliers": rows.supplier_rows(opening["suppliers"], world, texts),
        "audit.warehouses": rows.site_rows(opening["sites"], world, texts),
        "erp.inventory_ledger": rows.ledger_rows(opening["ledger"], texts),
        "erp.fx_rates": trade.rate_rows(opening["fx"]),
        "audit.promotions": trade.promotion_rows(opening["promotions"]),
        "erp.price_list": trade.price_rows(opening["prices"], texts),
    }


def tables_of(day: DayOutput, world: World, texts: Texts) -> dict[str, str]:
    """COPY text of one day, by table."""
    return {
        "audit.products": rows.product_rows(day.products, world, texts),
        "audit.suppliers": rows.supplier_rows(day.suppliers, world, texts),
        "audit.warehouses": rows.site_rows(day.sites, world, texts),
        "erp.purchase_orders": rows.purchase_rows(day.purchases, texts),
        "erp.purchase_order_lines": rows.purchase_line_rows(day.purchase_lines, texts),
        "erp.goods_receipts": rows.receipt_rows(day.receipts, texts),
        "erp.inventory_ledger": rows.ledger_rows(day.ledger, texts),
        "erp.supplier_invoices": trade.invoice_rows(day.invoices, texts),
        "erp.fx_rates": trade.rate_rows(day.fx),
        "audit.promotions": trade.promotion_rows(day.promotions),
        "erp.promotion_items": trade.promotion_item_rows(day.promotion_items, texts),
        "erp.price_list": trade.price_rows(day.prices, texts),
    }
