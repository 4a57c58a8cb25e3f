"""`make example` on the two real files: every known number of the data comes out exactly, and every line is there."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest

from orchestration.ingest import manifest
from tests.python.examples import online_retail as known

LINES = "marts.fct_sales_lines"
TABLES = {"older": "lines_2009_2010", "newer": "lines_2010_2011"}
MART = {
    "lines": "count(*)",
    "invoices": "count(distinct invoice_no)",
    "customers": "count(distinct customer_id)",
    "trading days": "count(distinct business_date)",
    "days without trade": "max(business_date) - min(business_date) + 1 - count(distinct cast(invoiced_at as date))",
    "sum of quantity": "sum(quantity)",
    "sum of amount": "sum(amount)",
    "lines without customer": "count(*) filter (customer_id is null)",
    "lines with negative quantity": "count(*) filter (quantity < 0)",
    "cancellation lines": "count(*) filter (is_cancellation)",
    "lines with price 0": "count(*) filter (unit_price = 0)",
    "lines with negative price": "count(*) filter (is_price_negative)",
    "stock codes": "count(distinct stock_code)",
    "canonical codes": "count(distinct product_code)",
    "lines of no product": "count(*) filter (not is_product)",
}


def shell(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command in the repository; what it says on either stream is its `stdout`."""
    return subprocess.run(
        command,
        cwd=known.REPOSITORY,
        env=environment,
        text=True,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


@pytest.fixture(scope="module")
def files() -> Path:
    return known.folder()


@pytest.fixture(scope="module")
def home(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of the example after the command of the README; only the installation is left out."""
    top = tmp_path_factory.mktemp("example")
    make = ["make", "example", "CORE=", f"BIN={Path(sys.executable).parent}", f"ONLINE_RETAIL={files}"]
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("GHALA_", "DBT_", "MAKE"))}
    environment = {**outside, "GHALA_HOME": str(top)}
    plan = shell([*make, "-n"], environment)
    assert str(known.DAY) in plan.stdout, "the files are one delivery, so the example must run one day"
    done = shell(make, environment)
    assert done.returncode == 0, done.stdout
    assert f"{known.TRUTH['lines']:,}" in done.stdout, done.stdout
    return top / "examples" / "online_retail"


@pytest.fixture(scope="module")
def raw(files: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    return known.raw(files)


@pytest.fixture(scope="module")
def published(home: Path) -> known.Facts:
    """The numbers of TRUTH from what was landed and published."""
    loads = {record.table: record for record in manifest.read(home)}
    with duckdb.connect(str(home / "serving" / "ghala.duckdb"), read_only=True) as star:
        row = star.sql(f"select {', '.join(MART.values())} from {LINES}").fetchone()
    assert row is not None
    both = (
        "select count(*), count(distinct invoice_no) from read_parquet(?) "
        "where invoice_no in (select invoice_no from read_parquet(?))"
    )
    bronze = [str(home / "bronze" / loads[table].file) for table in TABLES.values()]
    twice_lines, twice_invoices = duckdb.execute(both, bronze).fetchone() or (0, 0)
    return {
        "lines of the older file": loads[TABLES["older"]].rows,
        "lines of the newer file": loads[TABLES["newer"]].rows,
        "invoices in both files": twice_invoices,
        "lines delivered twice": twice_lines,
        **dict(zip(MART, row, strict=True)),
    }


@pytest.fixture(scope="module")
def computed(raw: tuple[pl.DataFrame, pl.DataFrame]) -> known.Facts:
    return known.facts(*raw)


@pytest.mark.parametrize("name", known.TRUTH)
def test_each_known_number_comes_out_exactly(name: str, published: known.Facts, computed: known.Facts) -> None:
    assert published[name] == known.TRUTH[name]
    assert computed[name] == known.TRUTH[name]


def test_the_mart_is_the_union_of_the_files_line_by_line(home: Path, raw: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    """As multisets: equal lines of one invoice are all there, and no value was changed on the way."""
    expected = known.union(*raw)
    with duckdb.connect(str(home / "serving" / "ghala.duckdb"), read_only=True) as star:
        lines = star.sql(
            "select invoice_no, stock_code, quantity, cast(unit_price * 1000 as bigint) as milli, "
            f"cast(customer_id as bigint) as customer_id, country, invoiced_at from {LINES}"
        ).pl()
    assert lines.sort(pl.all()).equals(expected.sort(pl.all()))


def test_every_flag_says_what_the_line_says(home: Path) -> None:
    """Flags and canonical codes by another way than the mart's SQL: in Polars, on the published rows."""
    with duckdb.connect(str(home / "serving" / "ghala.duckdb"), read_only=True) as star:
        lines = star.sql(
            "select distinct invoice_no, stock_code, product_code, is_product, is_cancellation, is_adjustment "
            f"from {LINES}"
        ).pl()
    first = lines["invoice_no"].str.head(1)
    assert lines["product_code"].equals(lines["stock_code"].str.strip_chars().str.to_uppercase(), check_names=False)
    digits = lines["stock_code"].str.head(5).str.contains("^[0-9]{5}$")
    assert lines["is_product"].equals(digits, check_names=False)
    assert lines["is_cancellation"].equals(first == "C", check_names=False)
    assert lines["is_adjustment"].equals(first == "A", check_names=False)


def test_nothing_is_set_aside_and_a_second_landing_brings_nothing_new(home: Path, files: Path) -> None:
    loads = manifest.read(home)
    assert [(load.quarantined, load.deduplicated, load.extracted - load.rows) for load in loads] == [(0, 0, 0)] * 2
    environment = {
        **os.environ,
        "GHALA_HOME": str(home),
        "GHALA_PROJECT": str(known.PROJECT),
        "GHALA_ONLINE_RETAIL_DIR": str(files),
    }
    again = [sys.executable, "-m", "orchestration", "ingest", "--date", known.DAY.isoformat()]
    done = shell(again, environment)
    assert done.returncode == 0, done.stdout
    assert manifest.read(home) == loads
