"""The badges of a page: as of which day, which version, and whether a source is late."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from consumption.dashboard.status import status


@pytest.fixture
def serving(tmp_path: Path) -> Path:
    """A version with a fresh and a stale mart."""
    file = tmp_path / "ghala-20260331T000000000000Z.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("create schema ops")
        connection.execute(
            """create table ops.mart_freshness as
            select 'fct_returns' as mart_name, 'commerce.return_lines' as stale_sources, true as is_stale,
                date '2026-03-28' as data_as_of
            union all select 'fct_order_lines', '', false, date '2026-03-30'"""
        )
    (tmp_path / "ghala.duckdb").symlink_to(file)
    return tmp_path


def words(serving: Path, *marts: str) -> str:
    _, badges = status(serving, marts)
    return " | ".join(f"{badge.children[1]} ({badge.title})" for badge in badges)


def test_a_page_of_fresh_marts_is_fresh(serving: Path) -> None:
    shown = words(serving, "fct_order_lines", "dim_product")
    assert f"data as of {date(2026, 3, 30):%-d %b %Y}" in shown
    assert "version 20260331T000000000000Z" in shown
    assert "fresh (" in shown


def test_a_stale_mart_is_named_with_the_source_that_is_late(serving: Path) -> None:
    assert "stale: 1 of 2 marts (fct_returns (late: commerce.return_lines))" in words(
        serving, "fct_order_lines", "fct_returns"
    )


def test_without_a_version_the_badge_says_so(tmp_path: Path) -> None:
    version, badges = status(tmp_path, ())
    assert not version
    assert "nothing is published yet" in badges[0].title
