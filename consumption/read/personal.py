"""Which columns of the published tables are personal, as the contracts and the models say."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from orchestration.ingest.model import Contract

HASHED = "_hmac"  # how landing's pseudonyms of secret columns end in every mart


class How(StrEnum):
    """What a reader gets of a column."""

    SERVED = "served"
    MASKED = "masked"  # another value for the same person, stable while the server runs: it can be counted and joined
    WITHHELD = "withheld"  # not there


def treatment(contracts: Iterable[Contract]) -> dict[str, How]:
    """How columns of these names are treated: secret or classified ones are withheld, those that name a person masked.

    A contract's `dataSubject` is a number by which the house calls a person, such as customer_id.
    """
    found: dict[str, How] = {}
    for column in (column for contract in contracts for column in contract.columns):
        if column.secret or (column.classification and not column.subject):
            found[column.name] = found[column.name + HASHED] = How.WITHHELD
        elif column.subject:
            found.setdefault(column.name, How.MASKED)
    return found


def of_column(name: str, meta: Mapping[str, Any], treated: Mapping[str, How]) -> How:
    """How a column of a mart is treated; `meta` is the model's, whose `classification` withholds it too."""
    if meta.get("classification") or name.endswith(HASHED):
        return How.WITHHELD
    return treated.get(name, How.SERVED)
