"""Judges a dirty world by its truth file: was each injected item handled as it must be?"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from orchestration.ingest import manifest, quarantine
from tests.python.acceptance.house import Ask, Failure, House

Item = dict[str, Any]
Key = dict[str, Any]

# Where the rows of a source's table are once they are landed, and what the warehouse calls their key.
VERSIONS = {
    "orders": "orders",
    "order_lines": "order_lines",
    "shipments": "shipment_lines",
    "shipment_lines": "shipment_lines",
    "returns": "return_lines",
    "return_lines": "return_lines",
    "payment_requests": "payment_requests",
    "customers": "customers",
    "c2b_confirmations": "mpesa_confirmations",
    "stk_callbacks": "mpesa_callbacks",
    "reversals": "mpesa_reversals",
    "statements": "mpesa_statement_lines",
    "events": "web_events",
    "adjustments": "stock_adjustments",
    "delivery_notes": "delivery_notes",
    "stock_counts": "stock_counts",
    "price_quotes": "supplier_quotes",
    "inventory_ledger": "inventory_movements",
    "price_list": "prices",
    "goods_receipts": "goods_receipts",
    "supplier_invoices": "supplier_invoices",
    "purchase_orders": "purchase_orders",
    "purchase_order_lines": "purchase_order_lines",
    "products": "products",
    "suppliers": "suppliers",
    "warehouses": "warehouses",
    "promotions": "promotions",
    "promotion_items": "promotion_items",
    "fx_rates": "fx_rates",
    "demand_forecasts": "demand_forecasts",
}
RENAMED = {"receipt_no": "receipt_number", "currency": "currency_code"}
# Facts that carry a flag of their own.
FLAGS = {
    "milestones_out_of_order": [
        ("fct_order_fulfilment", "has_milestones_out_of_order"),
        ("fct_procurement_pipeline", "has_milestones_out_of_order"),
    ],
    "header_mismatch": [("fct_order_fulfilment", "is_total_mismatch")],
}
ONE_OF_MANY = ("row_no",)  # rows known by their place in a file


def values_of(key: Key) -> list[str]:
    """The words by which a test's rows or a quarantined row name the item."""
    return [str(value).removesuffix(".xlsx") for name, value in key.items() if name not in ONE_OF_MANY]


class Judge:
    """Knows what the warehouse made of a dirty world after its last day."""

    def __init__(self, house: House, ask: Ask, failures: Iterable[Failure]) -> None:
        self.house, self.ask, self.failures = house, ask, list(failures)
        records = manifest.read(house.home)
        batches = {(r.source, r.table): [] for r in records} | {}
        for record in records:
            if record.quarantine_file is not None:
                frame = quarantine.show(house.home, record.load_number)
                batches[record.source, record.table] += [
                    {name: str(value) for name, value in row.items()} for row in frame.iter_rows(named=True)
                ]
        self.set_aside: dict[tuple[str, str], list[dict[str, str]]] = batches
        self.landed = {(r.source, r.table, r.logical_date): r for r in records}

    def due(self) -> list[Item]:
        """Items of tiers 1 and 2 whose end was delivered. The sale that hides a movement stands for both."""
        today = self.house.today.isoformat()
        return [
            item
            for item in self.house.truth()
            if item["tier"] < 3
            and (item["settled_on"] or today) <= today
            and (item["kind"], item["table"]) != ("hidden_adjustment", "inventory_ledger")
        ]

    def missed(self, items: Iterable[Item]) -> list[Item]:
        """Those that were not handled as expected."""
        return [item for item in items if not getattr(self, f"_{item['expected']}")(item)]

    def clean_rows_set_aside(self) -> list[dict[str, str]]:
        """Quarantined rows that no item of the truth file names."""
        named: dict[str, set[str]] = {}
        for item in self.house.truth():
            named.setdefault(VERSIONS.get(item["table"], ""), set()).update(values_of(item["key"]))
        return [
            row
            for (_, table), rows in self.set_aside.items()
            for row in rows
            if not named.get(VERSIONS[table], set()) & set(row.values())
        ]

    def _present(self, item: Item) -> bool:
        return bool(self._rows(item, "_is_latest"))

    _deduplicated = _latest_wins = _recomputed = _canonicalised = _converted = _kept = _present

    def _rows(self, item: Item, where: str) -> list[tuple[Any, ...]]:
        conditions = [
            f"{RENAMED.get(name, name)}::varchar = '{str(value).strip()}'"
            for name, value in item["key"].items()
            if name not in ONE_OF_MANY
        ]
        table = VERSIONS[item["table"]]
        return self.ask(
            f"select 1 from intermediate.int_{table}__versions where {where} and {' and '.join(conditions)} limit 1"
        )

    def _replaced(self, item: Item) -> bool:
        if item["kind"] != "lost_callback":
            return self._present(item)
        by_request = "select order_id from intermediate.int_payment_requests__versions where '{}' = checkout_request_id"
        (number,) = values_of(item["key"])
        return bool(
            self.ask(
                "select 1 from star.marts.fct_payments where has_statement and not has_callback"
                f" and (provider_txn_id = '{number}' or order_id in ({by_request.format(number)}))"
            )
        )

    def _halts(self, item: Item) -> bool:
        name = f"{item['source']}.{item['table']}"
        table = VERSIONS[item["table"]]
        return any(
            day.isoformat() == item["day"] and (key == name or VERSIONS[key.split(".")[1]] == table)
            for key, day, _ in self.house.halted
        )

    def _quarantined(self, item: Item) -> bool:
        if item["kind"] == "excel_total_row":  # it repeats other rows: read and left out
            return not self.ask("select 1 from intermediate.int_stock_counts__versions where sku ilike 'total%'")
        wanted = {str(value) for value in item["key"].values()}
        return any(
            wanted <= {value.removesuffix(".csv") for value in row.values()}
            for row in self.set_aside.get((item["source"], item["table"]), [])
        )

    def _kept_flagged(self, item: Item) -> bool:
        number = item["key"]["return_id"]
        sql = f"select 1 from star.marts.fct_returns where return_id = '{number}' and not is_matched"
        return bool(self.ask(sql))

    def _adjusted(self, item: Item) -> bool:
        return bool(
            self.ask(
                "select 1 from star.marts.fct_inventory_movements where movement_type = 'ADJUST'"
                f" and reference_id = '{item['key']['order_id']}'"
            )
        )

    def _flagged(self, item: Item) -> bool:
        words = values_of(item["key"]) + self._receipts(item)
        if any(word in failure.rows for failure in self.failures for word in words):
            return True
        for fact, flag in FLAGS.get(item["kind"], []):
            rows = self.ask(f"select t::varchar from star.marts.{fact} as t where {flag}")
            if any(word in text for (text,) in rows for word in words):
                return True
        if self._quarantined(item):
            return True
        return item["table"] == "shipments" and self._late_order(words[0])

    def _receipts(self, item: Item) -> list[str]:
        """Tests name a payment by its receipt, which the answer to a request gets when it is paid."""
        if item["table"] != "stk_callbacks":
            return []
        (request,) = values_of(item["key"])
        table = "intermediate.int_mpesa_callbacks__versions"
        found = self.ask(f"select receipt_number from {table} where checkout_request_id = '{request}'")
        return [receipt for (receipt,) in found if receipt]

    def _late_order(self, shipment: str) -> bool:
        return bool(
            self.ask(
                "select 1 from star.marts.fct_order_fulfilment semi join (select order_id from"
                f" star.marts.fct_shipments where shipment_id = '{shipment}') using (order_id)"
                " where has_milestones_out_of_order"
            )
        )

    def _deleted(self, item: Item) -> bool:
        return bool(self._rows(item, "_is_latest and is_deleted"))

    def _reread(self, item: Item) -> bool:
        record = self.landed.get((item["source"], item["table"], date.fromisoformat(item["day"])))
        return record is not None and record.rows > 0
