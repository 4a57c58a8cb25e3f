# %% [markdown]
# # Next week's demand: a first model
# The features of `feat_demand_weekly` are as of the close of a Sunday, so a row can be used as it is: nothing of after
# the cut-off is in it but `target_qty`, which is what to forecast. Open this file in an editor that knows `# %%` cells
# (VS Code, Spyder, Jupyter with jupytext), or run it: `python docs/notebooks/demand_baseline.py [FILE]`.

# %%
import sys
from pathlib import Path

import duckdb
import numpy as np

FILE = Path(sys.argv[1]) if sys.argv[1:] else Path("data/serving/ghala.duckdb")
NUMBERS = [
    "ordered_qty_lag_0", "ordered_qty_lag_1", "ordered_qty_lag_2", "ordered_qty_lag_3",
    "mean_ordered_qty_4w", "mean_ordered_qty_13w", "weeks_with_orders_13w",
    "stockout_share_4w", "target_promo_days", "target_trading_days", "target_holidays", "target_payday_days",
]  # fmt: skip

with duckdb.connect(str(FILE), read_only=True) as marts:
    rows = marts.sql(f"""
        select cutoff_date, {", ".join(f"{name}::double as {name}" for name in NUMBERS)},
            coalesce(shelf_price / nullif(list_price, 0), 1)::double as price_ratio, target_qty::double as target_qty
        from marts.feat_demand_weekly
        where target_qty is not null
        order by cutoff_date, sku, warehouse_code
    """).fetchnumpy()

# %% [markdown]
# The last cut-off is held back. Never split such rows at random: of two neighbouring weeks one would tell of the other.

# %%
names = [*NUMBERS, "price_ratio"]
features = np.column_stack([np.asarray(rows[name], dtype=float) for name in names])
actual = np.asarray(rows["target_qty"], dtype=float)
held_back = rows["cutoff_date"] == rows["cutoff_date"].max()
print(
    f"{(~held_back).sum():,} rows to learn from, {held_back.sum():,} of cut-off {rows['cutoff_date'].max()} to judge by"
)


# %% [markdown]
# Ridge regression in the logarithm of the quantities, because demand grows by factors and not by pieces. The penalty
# keeps the lags, which say nearly the same, from balancing each other with huge weights.


# %%
def ridge(known: np.ndarray, wanted: np.ndarray, penalty: float = 10.0) -> np.ndarray:
    """Weights of a ridge regression; the last column is the intercept and is not penalised."""
    weight = np.full(known.shape[1], penalty)
    weight[-1] = 0.0
    return np.linalg.solve(known.T @ known + np.diag(weight), known.T @ wanted)


def prepared(values: np.ndarray) -> np.ndarray:
    """Quantities as logarithms, everything in units of its spread among the rows to learn from, and a one."""
    logs = np.where([name.startswith(("ordered", "mean")) for name in names], np.log1p(np.maximum(values, 0)), values)
    return np.column_stack([(logs - CENTRE) / SPREAD, np.ones(len(values))])


CENTRE, SPREAD = np.zeros(len(names)), np.ones(len(names))
plain = prepared(features)[~held_back, :-1]
CENTRE, SPREAD = plain.mean(axis=0), np.where(plain.std(axis=0) > 0, plain.std(axis=0), 1.0)
weights = ridge(prepared(features)[~held_back], np.log1p(actual[~held_back]))
# exp of a mean of logarithms is a median: one factor makes the sum of the forecasts that of the weeks to learn from
fitted = np.expm1(prepared(features) @ weights).clip(min=0)
fitted *= actual[~held_back].sum() / max(fitted[~held_back].sum(), 1.0)


# %% [markdown]
# WAPE: absolute errors over demand, as the metric `wape` of the house; lower is better.


# %%
def wape(forecast: np.ndarray) -> float:
    """Sum of absolute errors over the sum of demand, of the rows held back."""
    return float(np.abs(forecast - actual)[held_back].sum() / actual[held_back].sum())


of = names.index
print(f"WAPE last week again        {wape(features[:, of('ordered_qty_lag_0')]):.3f}")
print(f"WAPE mean of four weeks     {wape(features[:, of('mean_ordered_qty_4w')]):.3f}")
print(f"WAPE ridge on the features  {wape(fitted):.3f}")
