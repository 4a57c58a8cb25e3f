"""Publishing: what is published, when it is refused, and what readers see meanwhile."""

import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from orchestration import build as building
from orchestration import publish_files as files
from orchestration import state
from orchestration.config import Settings
from orchestration.dbt.arguments import BuildRequest
from orchestration.defaults import KEEP_VERSIONS
from orchestration.errors import ConfigError, GhalaError
from orchestration.progress import silent
from orchestration.publish import publish, rollback, versions
from tests.python.publish.fixtures import active, build_and_publish, run_main_job
from tests.python.publish.toy import Toy


def as_if_loaded(config: Settings) -> None:
    """Make the record of the last build say that it covered one load more, so that there is something to publish."""
    record = json.loads(building.record_file(config).read_text())
    building.record_file(config).write_text(json.dumps({**record, "last_load": record["last_load"] + 1}))


def sales(toy: Toy) -> int:
    with duckdb.connect(str(toy.home / "serving" / files.LINK), read_only=True) as reader:
        answer = reader.sql("select count(*) from marts.fct_sales").fetchone()
    assert answer is not None
    return int(answer[0])


def test_a_version_says_what_it_holds(toy: Toy) -> None:
    with active(toy) as config:
        (version,) = versions(config)
    assert version.tables["marts.fct_sales"] == 5
    assert version.dates == {"marts.fct_sales": "2026-03-02"}
    assert version.loads == 2
    assert version.gates["2"] == {"passed": 1, "warned": 0, "failed": 0}
    assert version.is_current


def test_the_link_is_relative_and_the_file_holds_tables_only(toy: Toy) -> None:
    link = toy.home / "serving" / files.LINK
    assert link.is_symlink()
    assert not link.readlink().is_absolute()
    with duckdb.connect(str(link), read_only=True) as reader:
        assert reader.sql("select count(*) from duckdb_views() where not internal").fetchone() == (0,)


def test_a_second_publication_of_the_same_loads_keeps_the_version(toy: Toy) -> None:
    with active(toy) as config:
        before = versions(config)
        assert publish(config).how == "kept"
        assert versions(config) == before


@pytest.mark.parametrize("name", ["manifest", "semantic"])
@pytest.mark.parametrize("damage", [b"no gzip", None])
def test_a_damaged_manifest_of_the_newest_version_is_made_anew(toy: Toy, name: str, damage: bytes | None) -> None:
    with active(toy) as config:
        version = publish(config).version
        read = {"manifest": state.of_version, "semantic": state.semantic_of}[name]
        whole = read(config.home, version)
        (file,) = (config.home / "state").glob(f"{name}-{version}.json.gz")
        file.unlink() if damage is None else file.write_bytes(damage)
        assert publish(config).how == "kept"
        assert whole is not None
        assert read(config.home, version) == whole


def test_an_open_reader_keeps_its_version_and_a_new_one_sees_the_next_day(toy: Toy) -> None:
    toy.sell(2)
    with duckdb.connect(str(toy.home / "serving" / files.LINK), read_only=True) as reader:
        run_main_job(toy, days=3)
        assert reader.sql("select count(*) from marts.fct_sales").fetchone() == (5,)
    assert sales(toy) == 7


def test_rollback_shows_the_version_before_and_publishing_goes_forward_again(toy: Toy) -> None:
    with active(toy) as config:
        (old,) = versions(config)
        as_if_loaded(config)
        new = publish(config).version
        assert rollback(config).version == old.version == files.current(config.serving)
        assert publish(config).how == "kept"
        assert files.current(config.serving) == new


def test_rollback_says_what_there_is_when_it_cannot(toy: Toy) -> None:
    with active(toy) as config:
        with pytest.raises(GhalaError, match="no version to go back to"):
            rollback(config)
        with pytest.raises(ConfigError, match="nowhere") as error:
            rollback(config, "nowhere")
        assert versions(config)[0].version in error.value.next_step


def test_the_newest_versions_are_kept_and_the_one_that_readers_see(toy: Toy) -> None:
    with active(toy) as config:
        for _ in range(KEEP_VERSIONS + 1):
            as_if_loaded(config)
            publish(config)
        assert len(versions(config)) == KEEP_VERSIONS
        assert len(list(config.serving.glob("ghala-*"))) == 2 * KEEP_VERSIONS
        assert len(list((config.home / "state").glob("manifest-*"))) == KEEP_VERSIONS
    assert files.to_forget(["7", "6", "5", "4"], "4", 2) == ["5"]


def test_a_failed_gate_blocks_publishing_and_readers_keep_their_version(toy: Toy) -> None:
    day = toy.sell(2)
    (toy.drop / f"{day}.csv").write_text("sale_id,sku,amount,business_date\n0301-0,sku0,1,2026-03-03\n")
    with pytest.raises(GhalaError) as error:
        run_main_job(toy, days=3)
    assert "fct_sales__a_sale_is_there_once: 1 row" in error.value.what
    assert "target/compiled/" in error.value.where
    assert "dbt show --select fct_sales__a_sale_is_there_once" in error.value.next_step
    with active(toy) as config, pytest.raises(GhalaError, match="did not pass its gates"):
        publish(config)
    assert sales(toy) == 5
    assert len(files.versions(toy.home / "serving")) == 1


def test_a_model_that_fails_is_named_and_what_depends_on_it_is_skipped(toy: Toy) -> None:
    (toy.project / "models/marts/sales/fct_sales.sql").write_text(
        "select *, sqrt(-1 - amount) as x from {{ ref('stg_shop__sales') }} join {{ ref('dim_product') }} using (sku)\n"
    )
    with active(toy) as config, pytest.raises(GhalaError) as error:
        building.build(config, BuildRequest(), silent)
    assert "1 model failed, 4 skipped because of it" in error.value.what
    assert "model fct_sales: " in error.value.what
    assert "models/marts/sales/fct_sales.sql" in error.value.next_step
    assert sales(toy) == 5


def test_only_a_complete_build_is_published(toy: Toy) -> None:
    with active(toy) as config:
        building.build(config, BuildRequest(select=("fct_sales",)), silent)
        with pytest.raises(GhalaError, match="of a selection only"):
            publish(config)
        with pytest.raises(ConfigError, match="matches nothing"):
            building.build(config, BuildRequest(select=("nowhere",)), silent)
    assert build_and_publish(toy)


def test_a_star_that_was_changed_after_its_build_is_refused(toy: Toy) -> None:
    with duckdb.connect(str(toy.home / "star.duckdb")) as star:
        star.execute("delete from marts.fct_sales")
    with active(toy) as config, pytest.raises(GhalaError, match=r"star\.duckdb was changed"):
        publish(config)


def test_a_build_that_was_killed_is_refused(toy: Toy) -> None:
    with active(toy) as config:
        record = json.loads(building.record_file(config).read_text())
        building.record_file(config).write_text(json.dumps({**record, "state": "running"}))
        with pytest.raises(GhalaError, match="did not end"):
            publish(config)
        building.record_file(config).unlink()
        with pytest.raises(GhalaError, match="nothing was built yet"):
            publish(config)


def test_a_view_in_the_star_is_refused(toy: Toy) -> None:
    with active(toy) as config:
        with duckdb.connect(str(config.star)) as star:
            star.execute("create view marts.handy as select 1 as x")
        record = json.loads(building.record_file(config).read_text())
        changed = {**record, "star": building.star_identity(config.star), "last_load": 99}
        building.record_file(config).write_text(json.dumps(changed))
        with pytest.raises(GhalaError, match=r"marts\.handy"):
            publish(config)
        assert len(versions(config)) == 1


FULL_DISK = """
import resource, signal, sys
from orchestration.config import settings
from orchestration.publish import publish
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))  # no file may grow beyond 100 kB
publish(settings())
"""


def test_a_disk_without_room_leaves_the_version_in_place(toy: Toy) -> None:
    with active(toy) as config:
        as_if_loaded(config)
        done = subprocess.run([sys.executable, "-c", FULL_DISK], capture_output=True, text=True, check=False)
        assert "readers keep the version they have" in done.stderr
        assert len(versions(config)) == 1
        assert [file.name for file in config.serving.glob(".*")] == []
    assert sales(toy) == 5


HOLDER = """
import sys, time
from pathlib import Path
from orchestration.lock import writer
with writer(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_writer_is_turned_away_and_told_who_writes(toy: Toy) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(toy.home)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        try:
            refused = toy.ghala("publish")
            assert refused.returncode == 1
            assert f"process {holder.pid}" in refused.stderr
            with active(toy) as config:
                for write in (rollback, lambda config: building.build(config, BuildRequest(), silent)):
                    with pytest.raises(GhalaError, match=f"process {holder.pid}"):
                        write(config)
            with pytest.raises(GhalaError, match=f"process {holder.pid}"):
                run_main_job(toy, days=2)
            assert sales(toy) == 5
        finally:
            holder.kill()
    with active(toy) as config:
        assert publish(config).how == "kept"


def test_a_clone_or_copy_equals_its_source(tmp_path: Path) -> None:
    source = tmp_path / "a"
    source.write_bytes(bytes(range(256)) * 5000)
    assert files.copy(source, tmp_path / "b") in ("clone", "copy")
    assert (tmp_path / "b").read_bytes() == source.read_bytes()
