"""Keyed hashes in place of personal data: a plain hash of a phone number can be reversed in a minute.

The key is a chain, oldest first: each key hashes what the one before it gave. So a new key can be put over the hashes
that are in bronze, without the sources, and the same number stays the same pseudonym in all of history (ADR 0014).
"""

import hmac
import os
from collections.abc import Sequence

import polars as pl

from orchestration.errors import ConfigError
from orchestration.ingest.model import Contract

VARIABLE = "GHALA_HMAC_KEY"
Chain = tuple[bytes, ...]


def keys_for(contract: Contract, knows_people: bool = False) -> Chain:
    """The keys of the hashes. Raises ConfigError when there are none and a column needs them.

    `knows_people`: columns that name a person need them as well, because some people were erased.
    """
    personal = [c.name for c in contract.columns if c.secret or (knows_people and c.subject)]
    keys = chain()
    if personal and not keys:
        raise ConfigError(
            f"{VARIABLE} is not set, but {contract.key} holds personal data ({', '.join(personal)})",
            str(contract.file),
            f"set {VARIABLE} in the environment or in $GHALA_HOME/.env, and keep it: another key gives other hashes",
        )
    return keys


def chain() -> Chain:
    """The keys of the environment, oldest first: GHALA_HMAC_KEY=first,second."""
    return tuple(key.strip().encode() for key in os.environ.get(VARIABLE, "").split(",") if key.strip())


def pseudonyms(values: pl.Series, keys: Sequence[bytes]) -> pl.Series:
    """HMAC-SHA256 of each text as 64 hex digits, key after key; null stays null. A value is hashed once."""
    texts = values.drop_nulls().unique()
    hashed = pl.Series([pseudonym(text, keys) for text in texts], dtype=pl.String)
    return values.replace_strict(texts, hashed, default=None, return_dtype=pl.String).alias(values.name)


def pseudonym(text: str, keys: Sequence[bytes]) -> str:
    """One text, as `pseudonyms` hashes it."""
    for key in keys:
        text = hmac.digest(key, text.encode(), "sha256").hex()
    return text
