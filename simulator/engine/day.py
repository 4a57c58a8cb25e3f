"""One day from morning to night.

Goods that come in can be sold from the next day on, so stock is never negative at any moment.
"""

import numpy as np

from simulator.engine.changes import change_customers, change_products, change_sites, change_suppliers
from simulator.engine.demand import new_orders
from simulator.engine.finance import bill, change_rates, move_invoices
from simulator.engine.money import in_order
from simulator.engine.notes import book_notes
from simulator.engine.orders import move_orders
from simulator.engine.output import DayOutput
from simulator.engine.payments import move_mpesa
from simulator.engine.prices import change_prices
from simulator.engine.promotions import offers_of, start_promotions
from simulator.engine.returns import move_returns
from simulator.engine.shelf import count_shelves, dispose, lose, post_adjusts, regret, take_back
from simulator.engine.supply import arrive_transfers, move_purchases, receive, replenish, send_transfers
from simulator.frames import Frame, concat, size
from simulator.masters.campaigns import plan_versions
from simulator.masters.world import World
from simulator.state import State


def _number_ledger(state: State, parts: list[Frame]) -> Frame:
    """All movements of the day in the order of time, with their numbers."""
    ledger = concat(
        {"other": np.full(size(part), -1), "reversal": np.zeros(size(part), np.int64), **part} for part in parts
    )
    order = np.lexsort((ledger["ref_line"], ledger["ref"], ledger["kind"], ledger["at"]))
    number = state.counters["movement"][0] + np.arange(len(order))
    state.counters["movement"] += len(order)
    return {"id": number, **{name: column[order] for name, column in ledger.items()}}


def simulate_day(world: World, state: State) -> DayOutput:
    """Play the day after `state` and return what the outside gets to see; `state` becomes the end of that day."""
    day = state.day + 1
    cost, price = state.products["cost"].copy(), state.products["price"].copy()
    customers = change_customers(world, state, day)
    suppliers, sites = change_suppliers(world, state, day), change_sites(world, state, day)
    adjusts = post_adjusts(world, state, day, cost)
    corrections = take_back(world, state, day)
    lose(world, state, day)
    shelf = np.minimum(state.stock["book"], state.stock["book"] + state.stock["gap"])
    out = send_transfers(world, state, day, shelf)
    disposed = dispose(world, state, day, shelf, cost)
    products = change_products(world, state, day)
    promotion_items = start_promotions(world, state, day)
    offers = offers_of(world, state, day)
    prices = change_prices(world, state, day, price, offers)
    orders, lines, newcomers = new_orders(world, state, day, shelf - state.stock["reserved"], price, offers=offers)
    moved = move_orders(world, state, day, (orders, lines), shelf, cost=(cost, state.products["cost"]))
    state.returns = concat([state.returns, moved.returns])
    fx = change_rates(world, state, day)
    receipts, received, touched = receive(world, state, day)
    back = move_returns(world, state, day, cost)
    arrived = [arrive_transfers(world, state, day, cost), back.ledger]
    ledger = _number_ledger(state, [adjusts, corrections, out, disposed, moved.ledger, received, *arrived])
    regret(world, state, day, ledger)
    counts = count_shelves(world, state, day, ledger)
    bill(world, state, day, receipts)
    invoices = move_invoices(world, state, day)
    known_lines = len(touched)
    replenish(world, state, day)
    fresh = np.zeros(len(state.purchase_lines["po"]) - known_lines, bool)
    purchases, purchase_lines = move_purchases(world, state, day, np.r_[touched, fresh])
    money = in_order([moved.money, back.money])
    mpesa = move_mpesa(world, state, day, (moved.orders, moved.lines), money)
    notes = book_notes(world, state, day, moved.shipments, moved.shipment_lines)
    state.day = day
    return DayOutput(
        day, products, suppliers, sites, concat([customers, newcomers]), purchases, purchase_lines, receipts, ledger,
        moved.orders, moved.lines, moved.shipments, moved.shipment_lines, counts, returns=back.lines,
        money=money, mpesa=mpesa, notes=notes, invoices=invoices, fx=fx,
        promotions=plan_versions(world.config, day, day), promotion_items=promotion_items, prices=prices,
    )  # fmt: skip
