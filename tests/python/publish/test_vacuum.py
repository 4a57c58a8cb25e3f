"""A vacuum removes what it said it would, and nothing that a rebuild needs."""

import hashlib
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from orchestration import build as building
from orchestration import candidate
from orchestration.dbt.arguments import BuildRequest
from orchestration.ingest.quarantine import list_batches
from orchestration.progress import silent
from orchestration.publish import publish, versions
from orchestration.vacuum.clean import vacuum
from orchestration.vacuum.plan import COMPACT
from tests.python.publish.fixtures import active, run_main_job
from tests.python.publish.test_killed import content
from tests.python.publish.test_publish import as_if_loaded
from tests.python.publish.toy import Toy

LATER = datetime.now(UTC) + timedelta(days=100)  # everything of today is old by then


def snapshot(home: Path) -> dict[Path, str]:
    found = [file for file in home.rglob("*") if file.is_file() and not file.name.startswith(".lock")]
    return {file: hashlib.sha256(file.read_bytes()).hexdigest() for file in found}


def test_a_dry_run_removes_nothing_the_real_one_what_it_listed_and_a_rebuild_gives_the_same(toy: Toy) -> None:
    toy.sell(2, (1, "many", 2))
    run_main_job(toy, days=3)
    toy.sell(2, (1, 2, 3, 4))
    run_main_job(toy, days=3)
    before = content(toy)
    with active(toy) as config:
        for _ in range(2):
            as_if_loaded(config)
            publish(config)
        candidate.folder(config.home).mkdir()
        candidate.star(config.home).write_bytes(b"of a change that nobody took over")
        (config.serving / ".ghala-x.tmp").write_bytes(b"half a copy")
        few = type(config)(config.home, config.project, config.start_date, keep_versions=2)
        there = snapshot(config.home)
        listed = vacuum(few, LATER, dry_run=True)
        assert snapshot(config.home) == there
        kinds = {item.kind for item in listed}
        assert kinds == {"version", "candidate", "quarantine", "Dagster's log", "log", "leftover"}
        assert vacuum(few, LATER, dry_run=False) == listed
        gone = {path for item in listed for path in item.paths}
        assert snapshot(config.home) == {file: digest for file, digest in there.items() if file not in gone}
        assert {file.name for file in (config.dagster / "history").glob("*.db")} == {"index.db", "runs.db"}
        kept = ("bronze", "ops", "sources")
        assert not [path for path in gone if path.relative_to(config.home).parts[0] in kept]
        assert vacuum(few, LATER, dry_run=True) == []
        assert [batch.reasons for batch in list_batches(config.home)] == [{}]
        assert len(versions(config)) == 2
        for file in (config.warehouse, config.star):
            file.unlink()
        building.build(config, BuildRequest(full_refresh=True), silent)
        publish(config)
    assert content(toy) == before


def test_nothing_of_this_week_goes(toy: Toy) -> None:
    with active(toy) as config:
        assert vacuum(config, datetime.now(UTC) + timedelta(days=7), dry_run=True) == []


def test_a_file_with_free_blocks_shrinks_keeps_all_it_says_and_can_be_published(toy: Toy) -> None:
    with active(toy) as config:
        for file in (config.star, config.warehouse):
            with duckdb.connect(str(file)) as connection:
                connection.execute("create table t as select md5(range::varchar) from range(1_500_000)")
                connection.execute(
                    "create table kept (i integer primary key, check (i > 0)); insert into kept select 7"
                )
                connection.execute("comment on column kept.i is 'what it has seen'")
                connection.execute("checkpoint")
                connection.execute("drop table t")
        with duckdb.connect(str(config.warehouse)) as connection:
            connection.execute("create view v as from kept")
        record = building.last(config)
        assert record is not None
        building.keep_star(config, record)
        sizes = [file.stat().st_size for file in (config.warehouse, config.star)]
        items = vacuum(config, datetime.now(UTC), dry_run=False)
        assert [item.kind for item in items] == [COMPACT, COMPACT]
        freed = [old - file.stat().st_size for old, file in zip(sizes, (config.warehouse, config.star), strict=True)]
        assert all(0.8 * item.bytes < bytes_ for item, bytes_ in zip(items, freed, strict=True))
        with duckdb.connect(str(config.warehouse), read_only=True) as connection:
            comments = connection.sql("select comment from duckdb_columns() where table_name = 'kept'")
            assert comments.fetchall() == [("what it has seen",)]
            kinds = connection.sql("select constraint_type from duckdb_constraints() where table_name = 'kept'")
            assert {kind for (kind,) in kinds.fetchall()} >= {"PRIMARY KEY", "CHECK"}
            assert connection.sql("from v").fetchall() == [(7,)]
        as_if_loaded(config)
        assert publish(config).how in ("clone", "copy")


CLIENT = """
import sys, duckdb
with duckdb.connect(sys.argv[1]):
    print("open", flush=True)
    sys.stdin.read()
"""


def test_a_warehouse_that_a_client_has_open_stops_nothing_else(toy: Toy) -> None:
    old = toy.home / "logs" / "error-20200101T000000.log"

    def make_old() -> None:
        old.write_text("of long ago")
        os.utime(old, (1_577_836_800, 1_577_836_800))

    command = [sys.executable, "-c", CLIENT, str(toy.home / "warehouse.duckdb")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as client:
        assert client.stdout and client.stdout.readline() == "open\n"
        for words in (("vacuum",), ("vacuum", "--json")):
            make_old()
            assert toy.ghala("vacuum", "--dry-run").returncode == 0
            assert old.exists()
            done = toy.ghala(*words)
            assert done.returncode == 1
            assert f"warehouse.duckdb: process {client.pid} has it open" in " ".join(done.stderr.split())
            assert "then: ghala vacuum" in done.stderr
            assert not old.exists()
        assert {item["kind"] for item in json.loads(done.stdout)} == {"log", "left"}
        client.communicate("")
    assert toy.ghala("vacuum").returncode == 0
