"""Pictures of the questions about orders, promotions, margin and customers."""

from collections import defaultdict
from collections.abc import Sequence

from consumption.charts.bars import Bar, Step, bars, waterfall
from consumption.charts.heat import heat
from consumption.charts.numbers import change, count, kes, percent, short
from consumption.charts.points import Pair, pairs
from consumption.charts.svg import Heading, fitted
from consumption.cookbook.questions import Row

FEW = 14  # rows of a picture: more are not read
ROUND = 5  # the axis of the waterfall starts at a multiple of so many percent


def not_perfect(rows: Sequence[Row], note: str) -> str:
    """05: the waterfall from all orders to the perfect ones."""
    orders = sum(row["orders"] for row in rows)
    perfect = sum(row["orders"] for row in rows if row["outcome"] == "5 perfect")
    faults = [row for row in rows if row["outcome"] != "5 perfect"]
    share = 100 * perfect / orders
    bottom = max(share // ROUND - 1, 0) * ROUND
    steps = [Step("delivered", 100.0, count(orders), 5, total=True)]
    steps += [Step(row["outcome"][2:], -100 * row["orders"] / orders, count(-row["orders"]), 4) for row in faults]
    steps.append(Step("perfect", share, percent(share), 3, total=True))
    worst = max(faults, key=lambda row: row["orders"], default=None)
    most = f"; most of the others were {worst['outcome'][2:]}, {count(worst['orders'])}" if worst else ""
    title = f"{percent(share)} of {count(orders)} orders were perfect{most}"
    subtitle = f"orders delivered in the last 28 days, each at its first fault; the axis starts at {bottom:.0f} %"
    return waterfall(Heading(title, subtitle, note), steps, lambda value: f"{value:g} %", bottom)


def uplift(rows: Sequence[Row], note: str) -> str:
    """07: what the newest promotions sold above the weeks before."""
    known = [row for row in rows if row["uplift_pct"] is not None][:FEW]
    more = [row for row in known if row["uplift_pct"] > 0]
    title = f"{len(more)} of the {len(known)} newest promotions sold more than the four weeks before"
    if known:
        best = max(known, key=lambda row: float(row["uplift_pct"]))
        title += f"; most {best['promotion_name']}, {change(best['uplift_pct'])}"
    subtitle = "units a day against the 28 days before, %, and what it cost in discount; the newest first"
    found = [
        Bar(
            str(row["promotion_name"]),
            (row["uplift_pct"],),
            f"{change(row['uplift_pct'])}, {kes(row['discount'] or 0)}",
            (0 if row["uplift_pct"] > 0 else 4,),
        )
        for row in known
    ]
    return bars(Heading(title, subtitle, note), found, change)


def margin(rows: Sequence[Row], note: str) -> str:
    """08: from the margin to what is left of it."""
    before, after = (float(sum(row[name] or 0 for row in rows)) for name in ("margin", "left_over"))
    losing = [str(row["category"]) for row in rows if (row["left_over"] or 0) < 0]
    title = f"Of {kes(before)} margin {kes(after)} are left after freight and refunds"
    if losing:
        title += f"; {' and '.join(losing)} {'lose' if len(losing) > 1 else 'loses'} money"
    subtitle = "share of net sales, %, last 28 days, by category; at the end what is left in KES"
    found = [
        Pair(row["category"], row["margin_pct"], row["left_over_pct"], short(row["left_over"] or 0))
        for row in rows
        if row["margin_pct"] is not None and row["left_over_pct"] is not None
    ]
    names = ("margin", "left after freight and refunds")
    return pairs(
        Heading(title, subtitle, note),
        found,
        lambda value: f"{value:g} %",
        names,
        lambda row: 4 if row.after < 0 else 0,
    )


def returns(rows: Sequence[Row], note: str) -> str:
    """13: what comes back, by reason."""
    first = rows[0]
    batch = f"batch {first['batch_no']}" if first["batch_no"] else "no known batch"
    title = (
        f"{_product(first)}, {batch}, comes back most: {first['returned_qty']} pieces, "
        f"{first['reason_code'].replace('_', ' ')}, {percent(first['scrapped_pct'] or 0)} scrapped"
    )
    subtitle = "pieces returned in the last 90 days by product, batch and reason, and how many could not be sold again"
    reasons = sorted({row["reason_code"] for row in rows[:FEW]})
    found = [
        Bar(
            f"{fitted(_product(row), 170)} · {row['batch_no'] or 'any batch'}",
            (float(row["returned_qty"]),),
            f"{row['returned_qty']}, {row['scrapped_pct'] or 0:.0f} % scrapped",
            (reasons.index(row["reason_code"]) % 5,),
        )
        for row in rows[:FEW]
    ]
    names = [(f"gc-f{index % 5}", reason.replace("_", " ")) for index, reason in enumerate(reasons)]
    return bars(Heading(title, subtitle, note), found, count, names)


def _product(row: Row) -> str:
    return str(row["product_name"] or row["sku"])


def as_was_as_is(rows: Sequence[Row], note: str) -> str:
    """14: sales that moved between categories, by month."""
    months = sorted({row["sales_month"] for row in rows})
    totals: dict[str, float] = defaultdict(float)
    moved: dict[str, float] = defaultdict(float)
    for row in rows:
        totals[row["category"]] += float(row["net_sales_as_is"] or 0)
        moved[row["category"]] += float(row["moved"] or 0)
    to = max(sorted(moved), key=lambda name: moved[name])
    shifted = sum(value for value in moved.values() if value > 0)
    title = "No product has changed its category"
    if shifted:
        title = f"{kes(shifted)} of sales count for another category today; {to} was given most, {kes(moved[to])}"
    subtitle = "what today's categories add to or take from those of the time of sale, KES; in brackets all sales as is"
    names = {name: f"{name} ({short(totals[name])})" for name in sorted(totals, key=lambda name: -totals[name])}
    cells = {
        (names[row["category"]], f"{row['sales_month']:%B %Y}"): (
            float(row["moved"] or 0),
            _signed(float(row["moved"] or 0)),
        )
        for row in rows
    }
    return heat(Heading(title, subtitle, note), [f"{month:%B %Y}" for month in months], list(names.values()), cells)


def _signed(value: float) -> str:
    return "0" if not round(value) else f"{'+' if value > 0 else ''}{short(value)}"


def wanted(rows: Sequence[Row], note: str) -> str:
    """15: what visitors look for in vain."""
    searches = [row for row in rows if row["kind"] == "search"]
    title = "Visitors looked for what was sold out everywhere"
    if searches:
        title = f"{count(searches[0]['sessions'])} visits searched for “{searches[0]['wanted']}”, which nothing answers"
    subtitle = (
        "visits of the last 28 days that searched without a result, or saw a product that was sold out everywhere"
    )
    found = [
        Bar(
            str(row["product_name"] or row["wanted"]),
            (float(row["sessions"]),),
            count(row["sessions"]),
            (0 if row["kind"] == "search" else 1,),
        )
        for row in rows[:FEW]
    ]
    return bars(
        Heading(title, subtitle, note), found, count, [("gc-f0", "searched, not found"), ("gc-f1", "seen, sold out")]
    )
