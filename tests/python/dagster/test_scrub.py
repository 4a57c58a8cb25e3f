"""Who is erased is in no word that was said about a run: the words of an error may quote any value."""

import sqlite3
from contextlib import closing

import pytest

from orchestration import scrub
from orchestration.alerts import state
from orchestration.dagster_instance import open_instance
from orchestration.errors import GhalaError
from orchestration.ingest import outages
from tests.python.publish.fixtures import active
from tests.python.publish.toy import Toy
from tests.python.security import written

PERSON, OTHER = "CUSTOMER-00077", "CUSTOMER-00078"
SAID = ("alerts/", "dagster/", "governance/", "logs/", "ops/", "bronze/outages.jsonl", "bronze/rejected.jsonl")


def places(toy: Toy, name: str) -> set[str]:
    """Where a name stands, besides the data and what is built of them."""
    texts = ((where, text) for where, text in written.texts(toy.home) if where.startswith(SAID))
    return set(written.found(texts, [name]).get(name.lower(), ()))


def break_over_a_value(toy: Toy) -> None:
    """A night whose build fails over a value, which DuckDB names."""
    day = toy.sell(2)
    file = toy.drop / f"{day}.csv"
    file.write_text(f"{file.read_text()}0302-9,{PERSON},1,{day}\n")
    model = toy.project / "models/marts/sales/fct_sales.sql"
    number = "case when starts_with(sku, 'CUSTOMER') then cast(sku as integer) else 1 end"
    model.write_text(f"{model.read_text()}\nwhere {number} = 1\n")
    assert toy.ghala("run", "--to", str(day)).returncode == 1


def test_a_name_in_the_words_of_an_error_goes_and_all_else_can_be_read(
    toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_over_a_value(toy)
    outages.file_of(toy.home).write_text(f'{{"message": "no answer for {PERSON.lower()}, nor for {OTHER}"}}\n')
    assert {where.split(":")[0].split("/")[-1] for where in places(toy, PERSON)} >= {
        "state.json", "history.jsonl", "outages.jsonl", "index.db", "ghala.jsonl",
    }  # fmt: skip
    monkeypatch.setattr(scrub, "BUSY", 0.1)
    index = sqlite3.connect(toy.home / "dagster" / "history" / "index.db")
    with active(toy) as config, open_instance(config) as instance, closing(index) as reader:
        run = instance.get_runs(limit=1)[0].run_id
        events = len(instance.all_logs(run))  # and the file stays open, as in the server
        reader.execute("pragma journal_mode = wal")
        reader.execute("begin")
        reader.execute("select count(*) from event_logs").fetchone()
        with pytest.raises(GhalaError, match="has not ended"):
            scrub.scrub(toy.home, frozenset({PERSON}))
        reader.rollback()
        scrub.scrub(toy.home, frozenset({PERSON}))
        assert places(toy, PERSON) == set()
        assert len(instance.all_logs(run)) == events
        assert scrub.GONE in str(instance.all_logs(run))
    assert any(scrub.GONE in incident.what for incident in state.load(toy.home).open.values())
    assert places(toy, OTHER) == {"bronze/outages.jsonl"}
    assert scrub.scrub(toy.home, frozenset({PERSON})) == 0
