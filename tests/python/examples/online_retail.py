"""The two real files: where they are, and what is true of them, computed with Polars straight from the raw files."""

import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
PROJECT = REPOSITORY / "examples" / "online_retail"
DAY = date(2011, 12, 9)  # of the last line: the one day that `make example` runs
OLDER, NEWER = "online_retail_2009_2010.csv.gz", "online_retail_2010_2011.parquet"
Facts = dict[str, int | Decimal]

# What both computations must give.
TRUTH: Facts = {
    "lines of the older file": 525_461,
    "lines of the newer file": 541_909,
    "invoices in both files": 1_088,
    "lines delivered twice": 22_523,
    "lines": 1_044_847,
    "invoices": 53_628,
    "customers": 5_942,
    "trading days": 604,
    "days without trade": 135,
    "sum of quantity": 10_441_843,
    "sum of amount": Decimal("18909744.118"),
    "lines without customer": 235_287,
    "lines with negative quantity": 22_557,
    "cancellation lines": 19_165,
    "lines with price 0": 6_024,
    "lines with negative price": 5,
    "stock codes": 5_305,
    "canonical codes": 5_131,
    "lines of no product": 5_991,
}


def folder() -> Path:
    """The folder of the two files: $ONLINE_RETAIL, else a data folder beside the checkout; skips when there is none."""
    if given := os.environ.get("ONLINE_RETAIL"):
        missing = [name for name in (OLDER, NEWER) if not (Path(given) / name).is_file()]
        assert not missing, f"ONLINE_RETAIL={given} does not hold {' and '.join(missing)}"
        return Path(given)
    for above in REPOSITORY.parents[:2]:
        for found in sorted(above.glob(f"*/data/online_retail/{OLDER}")):
            if (found.parent / NEWER).is_file():
                return found.parent
    pytest.skip("the two files of Online Retail II are not here: set ONLINE_RETAIL (see examples/online_retail)")


def raw(files: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Both files in one shape, by plain Polars: prices as whole tenths of a penny (milli), customers as integers."""
    older = pl.read_csv(files / OLDER, infer_schema=False).select(
        invoice_no="Invoice",
        stock_code="StockCode",
        quantity=pl.col("Quantity").cast(pl.Int64),
        milli=(pl.col("Price").cast(pl.Float64) * 1000).round().cast(pl.Int64),
        customer_id=pl.col("Customer ID").cast(pl.Float64).cast(pl.Int64),
        country="Country",
        invoiced_at=pl.col("InvoiceDate").str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us"),
    )
    newer = pl.read_parquet(files / NEWER).select(
        invoice_no="InvoiceNo",
        stock_code="StockCode",
        quantity=pl.col("Quantity").cast(pl.Int64),
        milli=(pl.col("UnitPrice") * 1000).round().cast(pl.Int64),
        customer_id=pl.col("CustomerID").cast(pl.Int64),
        country="Country",
        invoiced_at=pl.col("InvoiceDate").cast(pl.Datetime("us")),
    )
    return older, newer


def union(older: pl.DataFrame, newer: pl.DataFrame) -> pl.DataFrame:
    """Every invoice once, all its lines."""
    return pl.concat([newer, older.join(newer, on="invoice_no", how="anti")])


def facts(older: pl.DataFrame, newer: pl.DataFrame) -> Facts:
    """The same numbers as TRUTH, from the raw files."""
    lines = union(older, newer)
    twice = older.join(newer, on="invoice_no", how="semi")
    days = lines["invoiced_at"].dt.date().sort()
    canonical = lines["stock_code"].str.strip_chars().str.to_uppercase()
    return {
        "lines of the older file": older.height,
        "lines of the newer file": newer.height,
        "invoices in both files": twice["invoice_no"].n_unique(),
        "lines delivered twice": twice.height,
        "lines": lines.height,
        "invoices": lines["invoice_no"].n_unique(),
        "customers": lines["customer_id"].drop_nulls().n_unique(),
        "trading days": days.n_unique(),
        "days without trade": (days[-1] - days[0]).days + 1 - days.n_unique(),
        "sum of quantity": int(lines["quantity"].sum()),
        "sum of amount": Decimal((lines["quantity"] * lines["milli"]).sum()) / 1000,
        "lines without customer": lines["customer_id"].null_count(),
        "lines with negative quantity": int((lines["quantity"] < 0).sum()),
        "cancellation lines": int(lines["invoice_no"].str.starts_with("C").sum()),
        "lines with price 0": int((lines["milli"] == 0).sum()),
        "lines with negative price": int((lines["milli"] < 0).sum()),
        "stock codes": lines["stock_code"].n_unique(),
        "canonical codes": canonical.n_unique(),
        "lines of no product": int((~lines["stock_code"].str.contains(r"^\d{5}")).sum()),
    }
