"""Small random retailers for property tests: pools of row versions, and deliveries drawn from them in any order."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from tests.python.transform import histories_sales as sales
from tests.python.transform import supply_rows as supply
from tests.python.transform.draws import DAYS, SKUS, WAREHOUSES, Row, moment, versioned

Pools = dict[tuple[str, str], Callable[[st.DrawFn], Row]]


@dataclass(frozen=True)
class Delivery:
    """One landed file: the rows of a table for a logical date. The same table and date again replaces it."""

    source: str
    table: str
    logical_date: date
    rows: tuple[Row, ...]


def _product(draw: st.DrawFn) -> Row:
    cost = Decimal(draw(st.integers(1, 3)))
    status = draw(st.sampled_from(["active", "discontinued"]))
    named = {"sku": draw(st.sampled_from(SKUS)), "name": draw(st.sampled_from(["Tea", "Chai"]))}
    return named | {"vat_class": "standard", "status": status, "standard_cost": cost} | versioned(moment(draw))


def _warehouse(draw: st.DrawFn) -> Row:
    row = {"warehouse_code": draw(st.sampled_from(WAREHOUSES)), "manager": draw(st.sampled_from(["Asha", "Juma"]))}
    return row | versioned(moment(draw))


def _supplier(draw: st.DrawFn) -> Row:
    return {"supplier_code": "S1", "tier": draw(st.sampled_from(["A", "B"]))} | versioned(moment(draw))


def _customer(draw: st.DrawFn) -> Row:
    row = {"customer_id": draw(st.sampled_from(["C1", "C2"])), "loyalty_tier": draw(st.sampled_from(["gold", "none"]))}
    return row | versioned(moment(draw))


def _movement(draw: st.DrawFn) -> Row:
    moved_at = moment(draw)
    row = {
        "movement_id": draw(st.sampled_from(["M1", "M2", "M3", "M4", "M5"])),
        "sku": draw(st.sampled_from(SKUS)),
        "warehouse_code": draw(st.sampled_from(WAREHOUSES)),
        "movement_type": draw(st.sampled_from(["RECEIPT", "SHIP", "ADJUST", "TRANSFER_OUT", "TRANSFER_IN"])),
        "counterpart_warehouse_code": draw(st.sampled_from(WAREHOUSES)),
        "qty_signed": draw(st.integers(-5, 20)),
        "unit_cost": Decimal(2),
        "moved_at": moved_at,
        "reference_type": "NONE",
    }
    return row | versioned(moved_at + timedelta(hours=draw(st.integers(0, 24))))


def _receipt(draw: st.DrawFn) -> Row:
    received_at = moment(draw)
    row = {
        "grn_number": draw(st.sampled_from(["G1", "G2"])),
        "line_no": 1,
        "po_number": draw(st.sampled_from(["PO1", "PO2"])),
        "po_line_no": 1,
        "supplier_code": "S1",
        "warehouse_code": draw(st.sampled_from(WAREHOUSES)),
        "sku": draw(st.sampled_from(SKUS)),
        "received_qty": (received := draw(st.integers(1, 12))),
        "rejected_qty": 1,
        "accepted_qty": received - 1,
        "uom": draw(st.sampled_from(["EA", "CTN12"])),
        "unit_cost": Decimal(2),
        "promised_date": date(2026, 1, 2),
        "received_at": received_at,
    }
    return row | versioned(received_at)


def _count(draw: st.DrawFn) -> Row:
    day = draw(st.sampled_from(DAYS))
    return {
        "count_id": f"stock_{day:%Y%m%d}_{draw(st.sampled_from(WAREHOUSES))}",
        "row_no": 1,
        "sku": draw(st.sampled_from(SKUS)),
        "bin": draw(st.sampled_from(["A1", "B1"])),
        "uom": draw(st.sampled_from(["EA", "EA", "CTN12"])),
        "counter": "Asha",
        "counted_qty": draw(st.integers(0, 20)),
        "counted_at": datetime(day.year, day.month, day.day, 20, 55),
    }


# What makes a row of a table a version: landing keeps one row of each in a file.
VERSION_KEYS = {
    "products": ("sku", "updated_at"),
    "warehouses": ("warehouse_code", "updated_at"),
    "suppliers": ("supplier_code", "updated_at"),
    "customers": ("customer_id", "updated_at"),
    "goods_receipts": ("grn_number",),
    "inventory_ledger": ("movement_id",),
    "stock_counts": ("count_id", "sku", "bin"),
    **supply.VERSION_KEYS,
    **sales.VERSION_KEYS,
}
MASTERS: Pools = {
    ("erp", "products"): _product,
    ("erp", "warehouses"): _warehouse,
    ("erp", "suppliers"): _supplier,
    ("commerce", "customers"): _customer,
}
# What is reserved, under way or on order beside the stock.
COMMITMENTS = [("commerce", "shipment_lines"), ("erp", "purchase_orders"), ("erp", "purchase_order_lines")]
# One process at a time, so that its few tables meet often.
PROCESSES: dict[str, Pools] = {
    "stock": {
        ("erp", "inventory_ledger"): _movement,
        ("commerce", "order_lines"): sales.order_line,
        ("wms", "stock_counts"): _count,
        ("erp", "goods_receipts"): _receipt,
        **{key: supply.PLANNING_POOLS[key] for key in COMMITMENTS},
    },
    # with the ledger: stock on order shows where there is stock
    "procurement": {("erp", "goods_receipts"): _receipt, ("erp", "inventory_ledger"): _movement}
    | supply.PROCUREMENT_POOLS,
    "offers": supply.OFFER_POOLS,
    "planning": {
        ("erp", "inventory_ledger"): _movement,
        ("commerce", "order_lines"): sales.order_line,
    }
    | supply.PLANNING_POOLS,
    "orders": sales.ORDER_POOLS,
    "payments": sales.PAYMENT_POOLS,
    "web": sales.WEB_POOLS,
}

# What is made of each: a build of these and what they need takes a third to a half of a whole one.
MARTS: dict[str, tuple[str, ...]] = {
    "stock": ("fct_inventory_movements", "fct_inventory_balances", "fct_inventory_daily", "fct_stock_counts"),
    "procurement": ("fct_receipts", "fct_purchase_order_lines", "fct_procurement_pipeline"),
    "offers": ("fct_prices", "fct_promotion_coverage"),
    "planning": ("fct_demand_forecasts", "fct_inventory_daily"),
    "orders": ("fct_order_lines", "fct_order_fulfilment", "fct_shipments", "fct_returns"),
    "payments": ("fct_payments",),
    "web": ("fct_web_events", "fct_web_events_daily"),
}


@st.composite
def deliveries(draw: st.DrawFn, pools: Pools) -> Delivery:
    """A file of 0 to 3 rows. A key may appear in several files, older or newer, and whole files come again."""
    source, table = draw(st.sampled_from(sorted(pools)))
    drawn = [pools[source, table](draw) for _ in range(draw(st.integers(0, 3)))]
    rows = {tuple(row[column] for column in VERSION_KEYS[table]): row for row in drawn}
    return Delivery(source, table, draw(st.sampled_from(DAYS)), tuple(rows.values()))


@st.composite
def histories(draw: st.DrawFn, process: str) -> list[list[Delivery]]:
    """Deliveries of a process and of the masters in batches; the warehouse is built after each batch."""
    pools = MASTERS | PROCESSES[process]
    return draw(st.lists(st.lists(deliveries(pools), min_size=4, max_size=16), min_size=2, max_size=3))
