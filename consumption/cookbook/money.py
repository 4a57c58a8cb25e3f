"""Pictures of the questions about payments and forecasts."""

from collections import defaultdict
from collections.abc import Sequence

from consumption.charts.bars import Bar, bars
from consumption.charts.heat import heat
from consumption.charts.numbers import count, kes, percent, short
from consumption.charts.points import Series, lines
from consumption.charts.svg import Heading
from consumption.cookbook.questions import Row

OLD = ("3 up to 30 days", "4 older")
REASONS = {
    1: "balance too low",
    1032: "cancelled",
    1037: "phone not reached",
    2001: "wrong PIN",
}


def suspense(rows: Sequence[Row], note: str) -> str:
    """09: money that waits for its order, by age."""
    total = sum(row["amount"] for row in rows)
    payments = sum(row["payments"] for row in rows)
    old = sum(row["amount"] for row in rows if row["age"] in OLD)
    share = percent(100 * old / total) if total else "0 %"
    title = f"{kes(total)} in {count(payments)} payments wait for an order; {share} of it for more than a week"
    subtitle = "open M-PESA suspense by short code and age, KES"
    found = [
        Bar(
            f"{row['short_code'] or 'no short code'} · {row['age'][2:]}",
            (float(row["amount"]),),
            f"{short(row['amount'])} in {row['payments']}, oldest {row['oldest_days']} days",
            (4 if row["age"] in OLD else 0,),
        )
        for row in rows
    ]
    return bars(Heading(title, subtitle, note), found, short)


def failures(rows: Sequence[Row], note: str) -> str:
    """10: why attempts fail, hour by hour."""
    by_reason: dict[int, int] = defaultdict(int)
    for row in rows:
        by_reason[row["result_code"]] += row["failed"]
    reasons = sorted(by_reason, key=lambda code: -by_reason[code])
    worst = max(rows, key=lambda row: row["pct"])
    title = (
        f"“{_reason(reasons[0])}” is the most frequent failure; worst is {worst['hour_of_day']}:00, when "
        f"{percent(worst['pct'])} end with “{_reason(worst['result_code'])}”"
    )
    subtitle = (
        "share of the hour's M-PESA prompts that failed, %, last 28 days; the 50 most frequent of hour and reason"
    )
    hours = [str(hour) for hour in range(24) if any(row["hour_of_day"] == hour for row in rows)]
    cells = {(_reason(row["result_code"]), str(row["hour_of_day"])): (row["pct"], f"{row['pct']:.1f}") for row in rows}
    return heat(Heading(title, subtitle, note), hours, [_reason(code) for code in reasons], cells, "hour in Nairobi")


def _reason(code: int) -> str:
    return REASONS.get(code, f"code {code}")


def forecast_error(rows: Sequence[Row], note: str) -> str:
    """12: the error by horizon, one line for each class and model."""
    known = [row for row in rows if row["wape_pct"] is not None]
    steps = sorted({row["horizon_weeks"] for row in rows})
    lookup = {(row["abc_class"] or "", row["forecast_model"], row["horizon_weeks"]): row["wape_pct"] for row in rows}
    kinds = sorted({(row["abc_class"] or "", row["forecast_model"]) for row in rows})
    series = [
        Series(f"{kind[0] or 'no class'} · {kind[1]}", tuple(lookup.get((*kind, step)) for step in steps), index % 5)
        for index, kind in enumerate(kinds)
    ]
    title = "Nothing was sold that was forecast"
    if known:
        best = min(known, key=lambda row: row["wape_pct"])
        worst = max(known, key=lambda row: row["wape_pct"])
        title = (
            f"{best['forecast_model']} is wrong by {percent(best['wape_pct'])} at best, "
            f"{worst['forecast_model']} by up to {percent(worst['wape_pct'])}"
        )
    subtitle = "weighted absolute error (WAPE), % of what was sold, by class of product and model"
    axis = "weeks ahead"
    return lines(
        Heading(title, subtitle, note), [str(step) for step in steps], series, lambda value: f"{value:g} %", axis
    )
