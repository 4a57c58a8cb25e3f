"""A changed model tried beside production: only what differs is built, nothing of production is touched."""

import hashlib
from pathlib import Path

import pytest

from orchestration import build as building
from orchestration import candidate
from orchestration.dbt.arguments import BuildRequest
from orchestration.dbt.failures import BuildError
from orchestration.diff.compare import diff
from orchestration.errors import GhalaError
from orchestration.progress import silent
from tests.python.publish.fixtures import active
from tests.python.publish.toy import Toy

FACT = "models/marts/sales/fct_sales.sql"


def production(home: Path) -> dict[str, str]:
    """A hash of every file of a home but those of its candidate."""
    files = [file for file in home.rglob("*") if file.is_file() and candidate.folder(home) not in file.parents]
    return {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in files if ".lock" not in file.name}


def edit(toy: Toy, before: str, after: str) -> None:
    file = toy.project / FACT
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))


def test_only_what_differs_is_built_and_production_stays_as_it_is(toy: Toy) -> None:
    before = production(toy.home)
    edit(toy, "s.*", "s.* replace (case when s.amount = 3 then 30 else s.amount end::decimal(18, 2) as amount)")
    with active(toy) as config:
        built = candidate.build(config, silent)
        assert built is not None
        made, outcome = built
        assert made.models == ("fct_sales",)
        assert "fct_sales__keeps_amounts" in [node.name for node in outcome.nodes]
        found = diff(config)
        assert production(toy.home) == before
    assert found.equal == ("marts.dim_product_v1", "marts.dim_product_v2")
    (fact,) = found.tables
    assert (fact.table, fact.key, fact.changed, fact.added, fact.removed) == ("marts.fct_sales", ("sale_id",), 1, 0, 0)
    (amount,) = fact.columns
    assert (amount.column, amount.rows, amount.before.high, amount.after.high) == ("amount", 1, "3.00", "30.00")
    assert found.breaks == ()


def test_a_failing_candidate_says_so_stays_to_look_into_and_an_equal_one_is_none(toy: Toy) -> None:
    before = production(toy.home)
    fact = (toy.project / FACT).read_text()
    edit(toy, "s.*", "s.* exclude (business_date) replace (s.amount * 2 as amount)")
    with active(toy) as config:
        with pytest.raises(BuildError, match="fct_sales__keeps_amounts") as error:
            candidate.build(config, silent)
        assert "ghala candidate build" in error.value.next_step
        assert candidate.read(config.home) is not None
        (toy.project / FACT).write_text(fact)
        assert candidate.build(config, silent) is None
        assert candidate.read(config.home) is None
        assert production(toy.home) == before


def test_a_candidate_is_made_of_what_is_published_only(toy: Toy) -> None:
    with active(toy) as config:
        building.build(config, BuildRequest(select=("fct_sales",)), silent)
        with pytest.raises(GhalaError, match="of a selection only"):
            candidate.build(config, silent)
