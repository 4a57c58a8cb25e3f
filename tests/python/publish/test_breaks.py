"""What readers of a public mart rely on is not taken from them without a version."""

from dataclasses import replace
from datetime import date

import pytest

from orchestration import build as building
from orchestration.breaks import Mart, breaks
from orchestration.dbt.arguments import BuildRequest
from orchestration.errors import GhalaError
from orchestration.progress import silent
from orchestration.publish import publish, versions
from tests.python.publish.fixtures import active
from tests.python.publish.test_publish import sales
from tests.python.publish.toy import Toy

TODAY = date(2026, 11, 21)
ONE = Mart("fct", "1", "marts.fct", "fct.sql", None, {"id": "VARCHAR", "carrier": "VARCHAR", "_load": "BIGINT"})


def told(old: Mart, *new: Mart) -> list[str]:
    return [lost.what for lost in breaks([old], new, TODAY)]


@pytest.mark.parametrize(
    ("new", "what"),
    [
        ([ONE], []),
        ([replace(ONE, columns={**ONE.columns, "more": "DATE"})], []),
        ([replace(ONE, columns={"id": "VARCHAR", "carrier": "VARCHAR"})], []),
        ([replace(ONE, columns={"id": "VARCHAR"})], ["column carrier (VARCHAR) was removed"]),
        ([replace(ONE, columns={**ONE.columns, "id": "BIGINT"})], ["column id was VARCHAR and is now BIGINT"]),
        ([], ["the mart is gone, and its end was never announced"]),
        ([replace(ONE, columns={})], ["the mart is gone, and its end was never announced"]),
        ([replace(ONE, version="2", columns={"id": "VARCHAR"})], ["the mart is gone, and its end was never announced"]),
        ([replace(ONE, relation="marts.fct_v1"), replace(ONE, version="2", columns={"id": "VARCHAR"})], []),
    ],
)
def test_each_loss_is_named_and_a_version_or_more_is_none(new: list[Mart], what: list[str]) -> None:
    assert told(ONE, *new) == what


def test_an_announced_end_counts_from_its_day_on() -> None:
    assert told(replace(ONE, ends=date(2026, 11, 21))) == []
    assert told(replace(ONE, ends=date(2026, 12, 31))) == [
        "the mart is gone, but was announced to stay until 2026-12-31"
    ]


def test_a_mart_without_versions_goes_on_in_its_first_one() -> None:
    second = replace(ONE, version="2", columns={"id": "VARCHAR"})
    assert told(replace(ONE, version=None), second, replace(ONE, relation="marts.fct_v1")) == []
    assert told(replace(ONE, version=None), second) == ["column carrier (VARCHAR) was removed"]


def test_publishing_refuses_each_break_names_it_and_does_it_when_told_to(toy: Toy) -> None:
    fact = toy.project / "models/marts/sales/fct_sales.sql"
    fact.write_text(fact.read_text().replace("s.*", "s.* exclude (business_date) replace (s.amount::double as amount)"))
    marts = toy.project / "models/marts/_marts.yml"
    marts.write_text(marts.read_text().replace("versions: [{v: 1}, {v: 2}]", "versions: [{v: 2}]"))
    (toy.project / "models/marts/core/dim_product_v1.sql").unlink()
    with active(toy) as config:
        building.build(config, BuildRequest(), silent)
        with pytest.raises(GhalaError) as error:
            publish(config)
        assert error.value.what.splitlines()[1:] == [
            "  marts.dim_product_v1: the mart is gone, and its end was never announced",
            "  marts.fct_sales: column amount was DECIMAL(18,2) and is now DOUBLE",
            "  marts.fct_sales: column business_date (DATE) was removed",
        ]
        assert "docs/tutorials/breaking-change.md" in error.value.next_step
        assert "models/marts/sales/fct_sales.sql" in error.value.where
        assert len(versions(config)) == 1
        assert sales(toy) == 5
        assert publish(config, allow_breaking=True).how in ("clone", "copy")
