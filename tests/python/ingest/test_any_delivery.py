"""Whatever bytes a source sends: they land with every row counted, or one clear error keeps what was there."""

import io
import tempfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.errors import GhalaError
from tests.python.ingest.project import CSV, DAY, GOOD, SALES, Project, contract, make

NEXT = date(2026, 3, 11)
ROWS = pl.read_csv(GOOD.encode(), schema_overrides={"price": pl.Decimal(9, 2)}, try_parse_dates=True)
NASTY = [
    b"", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b",", b";", b"\t", b"\n", b"\r", b"\r\n", b"\n\n", b"\\", b"'",
    b"NaN", b"inf", b"-Infinity", b"1e400", b"-0", b"9" * 38, b"0." + b"0" * 40 + b"1", b"0001", b"1,000.00",
    b"2026-02-30", b"9999-12-31", b"0000-00-00", b"24:00:00", "\U00010348".encode(), "é".encode("latin-1"),
    b"{", b"}", b"[", b'{"a":', b"null", b"PK\x03\x04", b"PAR1", b"x" * 70_000,
]  # fmt: skip
FORMATS = {"csv": "csv", "jsonl": "jsonl", "parquet": "parquet", "excel": "xlsx"}
edits = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 200), st.one_of(st.sampled_from(NASTY), st.binary(max_size=12))),
    min_size=1,
    max_size=4,
)


def content(form: str) -> bytes:
    """A hundred good rows in a format."""
    buffer = io.BytesIO()
    if form == "csv":
        return GOOD.encode()
    if form == "jsonl":
        texts = ROWS.with_columns(
            pl.col("updated_at").dt.strftime("%Y-%m-%d %H:%M:%S"), pl.col("price").cast(pl.Float64)
        )
        texts.write_ndjson(buffer)
    elif form == "parquet":
        ROWS.write_parquet(buffer)
    else:
        ROWS.write_excel(buffer)
    return buffer.getvalue()


GOOD_BYTES = {form: content(form) for form in FORMATS}


def damaged(good: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    """Some bytes replaced, somewhere."""
    for where, length, new in changes:
        at = int(where * len(good))
        good = good[:at] + new + good[at + length :]
    return good


def project_of(folder: Path, form: str) -> Project:
    suffix = FORMATS[form]
    extraction = {**CSV, "path": f"{{date:%Y%m%d}}.{suffix}", "format": form}
    made = make(folder, contract(SALES, extraction, custom={"blockThreshold": 60}))
    for day in (DAY, NEXT):
        made.send(GOOD_BYTES[form], f"{day:%Y%m%d}.{suffix}")
    return made


@pytest.mark.parametrize("form", sorted(FORMATS))
@given(changes=edits)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_are_counted_or_nothing_changes(
    tmp_path: Path, form: str, changes: list[tuple[float, int, bytes]]
) -> None:
    with tempfile.TemporaryDirectory(dir=tmp_path) as folder:
        project = project_of(Path(folder), form)
        (before,) = project.land(DAY)
        assert before.rows == len(ROWS)
        file = f"{NEXT:%Y%m%d}.{FORMATS[form]}"
        project.send(damaged(GOOD_BYTES[form], changes), file)
        try:
            (record,) = project.land(NEXT)
        except GhalaError as error:
            assert error.what and error.where and error.next_step
            assert project.records() == [before], "a delivery that was stopped is not in the manifest"
            project.send(GOOD_BYTES[form], file)
            (record,) = project.land(NEXT)
            assert record.rows == len(ROWS), "the day lands once it is repaired"
        assert record.rows + record.quarantined + record.deduplicated == record.extracted
        assert project.rows(record).height == record.rows
        assert (project.bad_rows(record).height if record.quarantine_file else 0) == record.quarantined
        assert project.rows(before).height == before.rows, "the day before is as it was"
        assert not [path for path in project.home.rglob(".*") if path.name not in (".lock", ".lock.pid")]
