"""The marts as Parquet by month: the same rows, the same bytes again, whole or not at all."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import polars as pl
import pytest

from consumption.bi import parquet
from consumption.bi.marts import opened
from orchestration import publish_files
from orchestration.config import REPOSITORY, Settings
from orchestration.errors import ConfigError, GhalaError


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("exports") / "ghala"


@pytest.fixture(scope="module")
def done(home: Settings, target: Path) -> parquet.Exported:
    return parquet.export(home, target)


def test_all_marts_are_there_row_for_row_by_month(home: Settings, done: parquet.Exported) -> None:
    with duckdb.connect() as marts:
        marts.execute(f"attach '{home.serving / publish_files.LINK}' as star (read_only)")
        marts.execute("use star")
        listed = "select table_name from duckdb_tables() where schema_name = 'marts' and table_name <> 'dim_time_spine'"
        names = [name for (name,) in marts.sql(listed).fetchall()]
        different = []
        for name in names:
            files = f"read_parquet('{done.folder}/{name}/**/*.parquet', hive_partitioning = true)"
            columns = [row[0] for row in marts.sql(f"describe from {files}").fetchall()]
            own = "* exclude (year, month)" if "year" in columns else "*"
            lost = marts.sql(f"select * from marts.{name} except all select {own} from {files}").fetchall()
            counts = marts.sql(f"select (select count(*) from marts.{name}), (select count(*) from {files})").fetchone()
            different += [name] if lost or not counts or counts[0] != counts[1] else []
        lines = f"read_parquet('{done.folder}/fct_order_lines/**/*.parquet', hive_partitioning = true)"
        wrong = "select count(*), count(*) filter (where (year, month) <> (year(business_date), month(business_date)))"
        kinds = marts.sql(f"select typeof(unit_price), typeof(placed_at) from {lines} limit 1").fetchone()
        assert marts.sql(f"{wrong} from {lines}").fetchone() == (
            *(marts.sql("select count(*) from marts.fct_order_lines").fetchone() or ()),
            0,
        )
    assert len(names) > 20
    assert not different
    assert kinds == ("DECIMAL(18,2)", "TIMESTAMP")
    assert (done.folder / "dim_product" / "dim_product.parquet").is_file()


def test_the_manifest_names_each_file_and_the_readme_each_table(done: parquet.Exported) -> None:
    manifest = json.loads((done.folder / "manifest.json").read_text())
    found = {path.relative_to(done.folder).as_posix() for path in done.folder.rglob("*.parquet")}
    assert {file["file"] for file in manifest["files"]} == found
    assert manifest["version"] == done.version == done.folder.name
    for file in manifest["files"]:
        content = (done.folder / file["file"]).read_bytes()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (file["sha256"], file["bytes"])
    words = (done.folder / "README.md").read_text()
    assert all(f"`{file['table']}`" in words for file in manifest["files"])
    assert done.folder.parent.joinpath("latest").resolve() == done.folder.resolve()


def test_the_same_version_again_is_left_and_elsewhere_the_same_bytes(
    home: Settings, done: parquet.Exported, target: Path, tmp_path: Path
) -> None:
    times = {path: path.stat().st_mtime_ns for path in done.folder.rglob("*")}
    assert not parquet.export(home, target).is_new
    assert {path: path.stat().st_mtime_ns for path in done.folder.rglob("*")} == times
    elsewhere = parquet.export(home, tmp_path / "other").folder
    assert (elsewhere / "manifest.json").read_bytes() == (done.folder / "manifest.json").read_bytes()


def test_killed_there_is_no_version_and_the_next_run_makes_it(home: Settings, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "orchestration", "export", "parquet", str(tmp_path)]
    environment = {**os.environ, "GHALA_HOME": str(home.home)}
    writing = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=-3, stderr=-3)
    while not list(tmp_path.glob(".*.tmp/fct_*/**/*.parquet")):
        assert writing.poll() is None
    writing.send_signal(signal.SIGKILL)
    writing.wait()
    left = [path.name for path in tmp_path.iterdir()]
    assert len(left) == 1
    assert left[0].startswith(".")
    assert parquet.export(home, tmp_path).is_new
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([publish_files.current(home.serving), "latest"])


def test_hidden_folders_of_others_in_the_target_stay(small: Settings, tmp_path: Path) -> None:
    (tmp_path / ".theirs.tmp" / "precious").mkdir(parents=True)
    (tmp_path / ".note.tmp").touch()
    assert parquet.export(small, tmp_path).is_new
    assert {".theirs.tmp", ".note.tmp"} <= {path.name for path in tmp_path.iterdir()}
    assert (tmp_path / ".theirs.tmp" / "precious").is_dir()


def test_what_stands_in_the_way_is_named_and_the_next_export_makes_it_good(small: Settings, tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    with pytest.raises(GhalaError, match="the export stopped"):
        parquet.export(small, tmp_path / "taken" / "below")
    (tmp_path / "out" / "latest").mkdir(parents=True)
    with pytest.raises(GhalaError, match="the export stopped"):
        parquet.export(small, tmp_path / "out")
    (tmp_path / "out" / "latest").rmdir()
    folder = parquet.export(small, tmp_path / "out").folder
    assert (tmp_path / "out" / "latest").resolve() == folder
    (folder / "manifest.json").unlink()
    with pytest.raises(GhalaError, match=r"manifest\.json"):
        parquet.export(small, tmp_path / "out")


def test_rows_without_a_date_and_tables_without_rows_are_read_as_the_readme_says(tmp_path: Path) -> None:
    home = Settings(home=tmp_path / "home", project=REPOSITORY, start_date=None)
    home.serving.mkdir(parents=True)
    with duckdb.connect(str(publish_files.data_file(home.serving, "1"))) as file:
        file.execute("create schema marts")
        days = "(values (1, date '2026-01-02'), (2, null), (3, date '2025-12-31')) as t (id, business_date)"
        file.execute(f"create table marts.fct_dated as from {days}")
        file.execute(f"create table marts.fct_empty as from {days} where false")
    facts = {"version": "1", "created_at": "2026-01-01T00:00:00+00:00"}
    publish_files.facts_file(home.serving, "1").write_text(json.dumps(facts))
    publish_files.flip(home.serving, "1")
    folder = parquet.export(home, tmp_path / "out").folder
    for table, ids in (("fct_dated", {1, 2, 3}), ("fct_empty", set())):
        files = f"read_parquet('{folder}/{table}/**/*.parquet', hive_partitioning = true)"
        assert {row[0] for row in duckdb.sql(f"select id from {files}").fetchall()} == ids
        frame = pl.scan_parquet(f"{folder}/{table}/**/*.parquet", hive_partitioning=True)
        assert set(frame.filter(pl.col("year") == 2026).collect()["id"]) == ids & {1}


def test_what_does_not_fit_into_memory_is_spilled_beside_temporary_files_and_gone_after(
    small: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "temporary").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    with opened(small) as (_, connection):
        connection.execute("set memory_limit = '40MB'")
        connection.execute("create temp table t as select hash(range) as h, range::varchar as v from range(3000000)")
        assert [path for path in (tmp_path / "temporary").rglob("*") if path.is_file()]
    assert list((tmp_path / "temporary").iterdir()) == []
    assert list((tmp_path / "here").iterdir()) == []


def test_a_file_in_place_of_the_folder_is_wrong_usage(home: Settings, tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    with pytest.raises(ConfigError, match="is a file"):
        parquet.export(home, tmp_path / "taken")
