"""After a rollback: what readers lack is named, and no run takes them forward before a person does."""

from datetime import timedelta

from orchestration import hold
from orchestration import publish_files as files
from orchestration.ingest.manifest import read
from orchestration.lacking import Lacking, lacking, spans
from orchestration.publish import pin, publish, rollback, versions
from tests.python.publish.fixtures import active, run_main_job
from tests.python.publish.test_publish import as_if_loaded, sales
from tests.python.publish.toy import START, Toy


def test_a_rollback_names_the_loads_it_lacks_holds_the_next_run_and_publishing_brings_them_back(toy: Toy) -> None:
    toy.sell(1, (1, 2, 3, 4))
    for day in (2, 3):
        toy.sell(day)
    run_main_job(toy, days=4)
    days = tuple(START + timedelta(days=day) for day in (1, 2, 3))
    with active(toy) as config:
        new, old = versions(config)
        assert lacking(read(config.home), new.loads) == []
        told = toy.ghala("rollback")
        assert "it lacks 3 loads with 8 rows" in told.stdout
        assert "2026-03-02 to 2026-03-04" in told.stdout
        assert lacking(read(config.home), old.loads) == [Lacking("shop.sales", days, 3, 8, 1)]
        assert [row.split()[2:4] for row in toy.ghala("versions").stdout.splitlines()[1:3]][1] == ["2", "3"]
        toy.sell(4)
        report = run_main_job(toy, days=5)
        assert (report.published.how, report.published.version, sales(toy)) == ("held", old.version, 5)
        assert versions(config)[0].version == new.version
        again = run_main_job(toy, days=5)
        assert (again.outcome, again.published.how) == (None, "held")
        assert "runs publish nothing" in toy.ghala("versions").stdout
        assert publish(config).how in ("clone", "copy")
        assert hold.hold_of(config.serving) is None
        assert sales(toy) == 12
        assert lacking(read(config.home), versions(config)[0].loads) == []


def test_a_rollback_or_publication_that_was_killed_between_its_steps_holds_nothing(toy: Toy) -> None:
    with active(toy) as config:
        (old,) = versions(config)
        as_if_loaded(config)
        new = publish(config).version
        hold.keep(config.serving, hold.Hold(old.version, new, "2026-03-03"))  # killed before the flip
        assert hold.hold_of(config.serving) is None
        files.flip(config.serving, old.version)
        assert publish(config, unattended=True).how == "held"
        as_if_loaded(config)
        files.flip(config.serving, new)  # killed before the note was removed
        assert publish(config, unattended=True).how in ("clone", "copy")
        rollback(config, old.version)
        assert rollback(config, versions(config)[0].version).is_current  # forward by name ends it as well
        assert hold.hold_of(config.serving) is None


def test_a_pinned_version_stays(toy: Toy) -> None:
    with active(toy) as config:
        (old,) = versions(config)
        pin(config, old.version, True)
        for _ in range(config.keep_versions + 1):
            as_if_loaded(config)
            publish(config)
        assert len(versions(config)) == config.keep_versions + 1
        pin(config, old.version, False)
        as_if_loaded(config)
        publish(config)
        assert old.version not in files.versions(config.serving)


def test_days_in_a_row_are_one_span() -> None:
    days = [START + timedelta(days=day) for day in (0, 1, 2, 5)]
    assert spans(days) == [(days[0], days[2]), (days[3], days[3])]
