"""Keyed hashes in place of personal data: a plain hash of a phone number can be reversed in a minute."""

import hmac
import os

import polars as pl

from orchestration.errors import ConfigError
from orchestration.ingest.model import Contract

VARIABLE = "GHALA_HMAC_KEY"


def key_for(contract: Contract) -> bytes:
    """The key of the hashes; empty where the contract has no secret column. Raises ConfigError when it is not set."""
    secret = [column.name for column in contract.columns if column.secret]
    if not secret:
        return b""
    key = os.environ.get(VARIABLE, "")
    if not key:
        raise ConfigError(
            f"{VARIABLE} is not set, but {contract.key} holds personal data ({', '.join(secret)})",
            str(contract.file),
            f"set {VARIABLE} in the environment or in $GHALA_HOME/.env, and keep it: another key gives other hashes",
        )
    return key.encode()


def pseudonyms(values: pl.Series, key: bytes) -> pl.Series:
    """HMAC-SHA256 of each text as 64 hex digits; null stays null. Each different value is hashed once."""
    texts = values.drop_nulls().unique()
    hashes = [hmac.digest(key, text.encode(), "sha256").hex() for text in texts]
    hashed = pl.Series(hashes, dtype=pl.String)
    return values.replace_strict(texts, hashed, default=None, return_dtype=pl.String).alias(values.name)
