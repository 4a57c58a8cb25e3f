"""Which picture answers which question."""

from collections.abc import Callable, Sequence

from consumption.cookbook import money, sales, stock
from consumption.cookbook.questions import Answer, Row

Draw = Callable[[Sequence[Row], str], str]
PICTURES: dict[str, Draw] = {
    "01_runs_out_within_a_week": stock.runs_out,
    "02_excess_here_out_there": stock.excess,
    "03_sales_lost_to_stockouts": stock.lost_sales,
    "04_supplier_scorecard": stock.scorecard,
    "05_why_orders_were_not_perfect": sales.not_perfect,
    "06_dead_and_aged_stock": stock.dead_stock,
    "07_promotion_uplift": sales.uplift,
    "08_margin_after_everything": sales.margin,
    "09_suspense_ageing": money.suspense,
    "10_payment_failures_by_hour": money.failures,
    "11_shrinkage_by_bin": stock.shrinkage,
    "12_forecast_error": money.forecast_error,
    "13_return_reasons": sales.returns,
    "14_category_sales_as_was_as_is": sales.as_was_as_is,
    "15_wanted_but_not_there": sales.wanted,
}


def picture(answer: Answer) -> str:
    """The drawing of an answer (an SVG element without colours of its own); empty for an answer without rows."""
    if not answer.rows:
        return ""
    note = f"{answer.question.name}.sql · data as of {answer.closed_day:%d %B %Y}"
    return PICTURES[answer.question.name](answer.rows, note)
