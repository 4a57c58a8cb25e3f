"""Rows of a delimited file with more fields than its header: they go to quarantine, and the file lands."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.config import Settings
from orchestration.errors import GateError
from orchestration.ingest import quarantine
from orchestration.ingest.extract import batch
from orchestration.ingest.extract.delimited import frames
from orchestration.ingest.land import land
from orchestration.ingest.model import Contract
from orchestration.ingest.reasons import RAGGED
from orchestration.ingest.replay import replay
from tests.python.ingest.inferred import drop, lines, made
from tests.python.ingest.project import DAY, Project

GOOD = [f"{n},Thika,{n}.5" for n in range(40)]


def world(folder: Path, *rows: str, header: str = "id,town,price") -> tuple[Contract, Project]:
    contract, _ = made(folder, drop(folder, lines(header, *rows)))
    return contract, Project(Settings(home=folder / "home", project=folder / "project", start_date=None))


def test_the_row_is_kept_with_all_its_fields_and_the_others_land(tmp_path: Path) -> None:
    contract, project = world(tmp_path, *GOOD, '40,Voi,1.5,"and, more",x')
    (record,) = land(project.settings, [(contract, DAY)], "test")
    assert (record.rows, record.quarantined, record.extracted) == (40, 1, 41)
    kept = quarantine.show(project.settings.home, record.load_number)
    assert kept.select("id", "town", "price", "_row").row(0) == ("40", "Voi", "1.5,and, more,x", 41)
    assert "row_fields" in kept["_broken"][0].to_list()
    assert sum(done.landed for done in replay(project.settings, [contract], None, "again")) == 0


def test_too_many_such_rows_stop_the_delivery(tmp_path: Path) -> None:
    contract, project = world(tmp_path, *GOOD)
    drop(tmp_path, lines("id,town,price", *GOOD[:30], *(f"{row},x" for row in GOOD[30:])))
    with pytest.raises(GateError, match="10 x the row has more fields"):
        land(project.settings, [(contract, DAY)], "test")


def test_no_field_of_such_a_row_is_kept_in_plain_where_one_of_them_may_be_personal(tmp_path: Path) -> None:
    rows = [f"{n},+254 712 34567{n % 10},Voi" for n in range(40)]
    contract, project = world(tmp_path, *rows, "40,Voi,x,+254 712 999999", header="id,phone,town")
    (record,) = land(project.settings, [(contract, DAY)], "test")
    kept = quarantine.show(project.settings.home, record.load_number)
    assert kept.height == 1
    assert {len(value) for value in kept.select("id", "phone_hmac", "town").row(0)} == {64}
    assert b"999999" not in (project.settings.home / "quarantine" / str(record.quarantine_file)).read_bytes()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 6), min_size=1, max_size=30), st.integers(1, 7))
def test_every_row_is_read_once_wherever_the_batches_end(
    tmp_path_factory: pytest.TempPathFactory, widths: list[int], size: int
) -> None:
    folder = tmp_path_factory.mktemp("drawn")
    contract, _ = world(folder, *GOOD)
    rows = [",".join(f"{n}.{field}" for field in range(width)) for n, width in enumerate(widths)]
    file = drop(folder, lines("id,town,price", *rows))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch, "BATCH_ROWS", size)
        read = pl.concat(list(frames(contract, file, "file")), how="diagonal")
    assert read["id"].to_list() == [f"{n}.0" for n in range(len(widths))]
    found = read[RAGGED].fill_null(False).to_list() if RAGGED in read.columns else [False] * len(widths)
    assert found == [width > 3 for width in widths]
