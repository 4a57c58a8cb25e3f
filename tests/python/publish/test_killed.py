"""kill -9 in a build and at every step of a publication: the next run repairs it, the result is the undisturbed one."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from orchestration import publish_files as files
from orchestration.dbt import manifest
from orchestration.publish import publish, versions
from tests.python.publish.fixtures import active, run_main_job
from tests.python.publish.test_publish import as_if_loaded, sales
from tests.python.publish.toy import Toy

# Kills itself at the n-th change that it makes in serving/: open for writing, rename, link, remove.
KILLED_AT = """
import os, signal, sys
from orchestration.config import settings
from orchestration.publish import publish
config, left = settings(), int(sys.argv[1])
def watch(event, arguments):
    global left
    writes = event in ("os.rename", "os.symlink", "os.remove") or (event == "open" and arguments[2] & 3)
    if writes and str(config.serving) in f"{arguments[0]} {arguments[1]}":
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(watch)
publish(config)
"""
MOST_STEPS = 40
LONG = "select sum(a.i * b.i) from range(400000) a(i), range(400000) b(i)"  # minutes


def test_a_publication_killed_at_any_step_leaves_a_whole_version_and_the_next_one_repairs(toy: Toy) -> None:
    with active(toy) as config:
        killed = 0
        for step in range(MOST_STEPS):
            as_if_loaded(config)
            done = subprocess.run([sys.executable, "-c", KILLED_AT, str(step)], check=False)
            assert sales(toy) == 5
            assert files.current(config.serving) in files.versions(config.serving)
            for version in files.versions(config.serving):
                with duckdb.connect(str(files.data_file(config.serving, version)), read_only=True) as reader:
                    assert reader.sql("select count(*) from marts.fct_sales").fetchone() == (5,)
            if done.returncode == 0:
                break
            assert done.returncode == -signal.SIGKILL
            killed += 1
            publish(config)
            assert list(config.serving.glob(".*")) == []
            assert versions(config)[0].is_current
            assert len(list(config.serving.glob("ghala-*.json"))) == len(list(config.serving.glob("ghala-*.duckdb")))
        assert done.returncode == 0
        assert killed >= 6


def content(toy: Toy) -> list[tuple[object, ...]]:
    with duckdb.connect(str(toy.home / "serving" / files.LINK), read_only=True) as reader:
        return reader.sql("select * from marts.fct_sales order by all").fetchall()


def test_a_run_killed_while_it_builds_is_repaired_by_the_next(toy: Toy, tmp_path: Path) -> None:
    toy.sell(2)
    slow = toy.project / "models/marts/sales/fct_sales.sql"
    quick = slow.read_text()
    slow.write_text(f"-- {{% if execute %}}{{% do run_query('{LONG}') %}}{{% endif %}}\n{quick}")
    command = [sys.executable, "-m", "orchestration", "run", "--to", "2026-03-03"]
    with (tmp_path / "out").open("w") as out:
        running = subprocess.Popen(command, env={**os.environ, **toy.environment}, stderr=out, stdout=out)
    try:
        deadline = time.monotonic() + 60
        while "dim_product" not in (tmp_path / "out").read_text() and time.monotonic() < deadline:
            time.sleep(0.1)
    finally:
        running.kill()
        running.wait()
    assert "fct_sales success" not in (tmp_path / "out").read_text()
    assert sales(toy) == 5
    slow.write_text(quick)
    assert toy.ghala("publish").returncode == 1
    run_main_job(toy, days=3)
    after = content(toy)
    with active(toy) as config:
        for file in (config.warehouse, config.star):
            file.unlink()
        as_if_loaded(config)
    run_main_job(toy, days=3)
    assert content(toy) == after
    assert len(after) == 7


@pytest.mark.parametrize("name", ["manifest", "semantic_manifest"])
def test_what_a_killed_dbt_has_left_of_its_manifest_is_parsed_again(toy: Toy, name: str) -> None:
    with active(toy) as config:
        whole = manifest.load(config)["nodes"].keys()
        file = config.home / "target" / f"{name}.json"
        os.truncate(file, file.stat().st_size // 2)
        assert manifest.semantic(config)["semantic_models"] == []
        assert manifest.load(config)["nodes"].keys() == whole
        os.truncate(file, 0)
        assert manifest.load(config)["nodes"].keys() == whole
        assert manifest.semantic(config)["semantic_models"] == []
