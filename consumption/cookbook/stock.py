"""Pictures of the questions about stock and suppliers."""

from collections import defaultdict
from collections.abc import Sequence

from consumption.charts.bars import Bar, bars
from consumption.charts.heat import heat
from consumption.charts.numbers import count, kes, percent, short
from consumption.charts.points import Pair, pairs
from consumption.charts.svg import Heading
from consumption.cookbook.questions import Row

FEW = 14  # rows of a picture: more are not read
WAYS = ("an order is under way", "another warehouse can give", "order now")
FRESH = 28  # days: stock that came in since, although nothing was sold


def runs_out(rows: Sequence[Row], note: str) -> str:
    """01: per warehouse, what can be done about each shortage."""
    by_place: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in rows:
        by_place[row["warehouse_code"]][_way(row)] += 1
    sums = [sum(counts[way] for counts in by_place.values()) for way in range(3)]
    found = [
        Bar(place, tuple(map(float, counts)), f"{sum(counts)}", (3, 0, 4))
        for place, counts in sorted(by_place.items(), key=lambda item: (-sum(item[1]), item[0]))
    ]
    title = (
        f"Of the {len(rows)} most urgent shortages {sums[0]} have an order under way, {sums[1]} can be filled from "
        f"another warehouse, {sums[2]} must be ordered"
    )
    subtitle = "products that last less than 7 days, by warehouse and by what can be done first"
    return bars(Heading(title, subtitle, note), found, count, _names((3, 0, 4), WAYS))


def _way(row: Row) -> int:
    if (row["coming_qty"] or 0) > 0:
        return 0
    return 1 if (row["elsewhere_qty"] or 0) > 0 else 2


def excess(rows: Sequence[Row], note: str) -> str:
    """02: which warehouse could give to which."""
    cells: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        cells[row["from_warehouse"], row["to_warehouse"]].add(row["sku"])
    givers, takers = (sorted({pair[side] for pair in cells}) for side in (0, 1))
    products = {row["sku"] for row in rows}
    most = max(givers, key=lambda giver: len(_given(rows, giver)))
    helped = len(_given(rows, most))
    title = f"{len(products)} products are short in one warehouse and too many in another; {most} could give {helped}"
    subtitle = "number of products that the row could send to the column, of the 50 largest transfers"
    shown = {pair: (float(len(found)), str(len(found))) for pair, found in cells.items()}
    return heat(Heading(title, subtitle, note), takers, givers, shown, "to")


def _given(rows: Sequence[Row], giver: str) -> set[str]:
    return {row["sku"] for row in rows if row["from_warehouse"] == giver}


def lost_sales(rows: Sequence[Row], note: str) -> str:
    """03: the products that lost most."""
    lost: dict[str, float] = defaultdict(float)
    places: dict[str, int] = defaultdict(int)
    for row in rows:
        name = row["product_name"] or row["sku"]
        lost[name] += row["lost_sales"] or 0
        places[name] += 1
    ordered = sorted(lost, key=lambda name: (-lost[name], name))[:FEW]
    total = sum(lost.values())
    title = f"Empty shelves cost {kes(total)} of sales in 28 days; {ordered[0]} alone {kes(lost[ordered[0]])}"
    subtitle = "estimated lost net sales by product, KES ex VAT, and in how many warehouses (of the 50 largest losses)"
    found = [Bar(name, (lost[name],), f"{short(lost[name])} in {places[name]}") for name in ordered]
    return bars(Heading(title, subtitle, note), found, short)


def scorecard(rows: Sequence[Row], note: str) -> str:
    """04: the suppliers that are farthest from what they promise."""
    known = [row for row in rows if row["otif_pct"] is not None and row["otif_target_pct"] is not None]
    kept = [row for row in known if row["otif_pct"] >= row["otif_target_pct"]]
    worst = known[:FEW]
    title = f"{len(kept)} of {len(known)} suppliers reach their target"
    if worst:
        title += f"; {_name(worst[0])} delivers {percent(worst[0]['otif_pct'])} in time and in full"
    subtitle = (
        "share of order lines in time and in full (OTIF), %, of the lines due in the last 90 days; the farthest behind"
    )
    found = [
        Pair(_name(row), float(row["otif_target_pct"]), row["otif_pct"], f"{row['due_lines']} lines") for row in worst
    ]
    return pairs(
        Heading(title, subtitle, note), found, count, ("target", "OTIF"), lambda row: 4 if row.after < row.before else 3
    )


def _name(row: Row) -> str:
    return str(row["legal_name"] or row["supplier_code"])


def dead_stock(rows: Sequence[Row], note: str) -> str:
    """06: what lies longest in value, and what still came in."""
    total = sum(row["stock_value"] or 0 for row in rows)
    bought = sum(row["stock_value"] or 0 for row in rows if _still_bought(row))
    title = f"{kes(total)} lie unsold for four weeks or more; of {kes(bought)} of that, more came in meanwhile"
    subtitle = "value at standard cost, KES, and days without a sale (of the 50 dearest)"
    found = [
        Bar(
            f"{row['product_name'] or row['sku']} · {row['warehouse_code']}",
            (float(row["stock_value"] or 0),),
            f"{short(row['stock_value'] or 0)}, {row['days_without_sale']} days"
            + ", never sold" * bool(row["never_sold"]),
            (4 if _still_bought(row) else 5,),
        )
        for row in rows[:FEW]
    ]
    names = _names((4, 5), (f"came in within the last {FRESH} days", "nothing came in since"))
    return bars(Heading(title, subtitle, note), found, short, names)


def _still_bought(row: Row) -> bool:
    return row["newest_inflow_days"] is not None and row["newest_inflow_days"] <= FRESH


def shrinkage(rows: Sequence[Row], note: str) -> str:
    """11: the bins that lose most."""
    by_place: dict[str, float] = defaultdict(float)
    for row in rows:
        by_place[row["warehouse_code"]] += float(row["shrinkage"] or 0)
    worst = max(sorted(by_place), key=lambda place: by_place[place])
    total = sum(by_place.values())
    title = f"{kes(total)} are missing in {len(rows)} bins; {worst} loses most of it, {kes(by_place[worst])}"
    subtitle = (
        "value of what counts of the last 90 days found missing, KES, by bin, and its missing pieces; the 14 worst"
    )
    found = [
        Bar(
            f"{row['warehouse_code']} · {row['bin']}",
            (float(row["shrinkage"] or 0),),
            f"{short(row['shrinkage'] or 0)}, {row['missing_qty']} pieces in {row['counts']} counts",
            (4 if row["warehouse_code"] == worst else 0,),
        )
        for row in rows[:FEW]
    ]
    return bars(Heading(title, subtitle, note), found, short, _names((4, 0), (worst, "other warehouses")))


def _names(tones: Sequence[int], names: Sequence[str]) -> list[tuple[str, str]]:
    return [(f"gc-f{tone}", name) for tone, name in zip(tones, names, strict=True)]
