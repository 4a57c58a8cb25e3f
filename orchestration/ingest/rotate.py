"""Puts new keys over the hashes in bronze and quarantine; the sources are not needed."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import polars as pl

from orchestration.errors import ConfigError
from orchestration.ingest import commit, keyring, manifest
from orchestration.ingest.keyring import Keyring
from orchestration.ingest.manifest import LoadRecord
from orchestration.ingest.model import Contract
from orchestration.ingest.pseudonym import VARIABLE, Chain, pseudonyms
from orchestration.ingest.rewrite import Rewriter, check_files


def rotate(home: Path, contracts: Sequence[Contract], keys: Chain, run_id: str) -> int:
    """Hash every personal column with the keys that were added to the chain; returns how many loads that made.

    The writer's lock is held and bronze is repaired. A killed rotation goes on where it was: a load has the new hashes
    when its number is above the one that was the highest at the start. Raises ConfigError for a chain that is not the
    former one with more keys, and for loads whose contract is gone; GhalaError when a file of a current load is.
    """
    records = manifest.read(home)
    ring = keyring.read(home) or Keyring(keyring.prints(keys[:1]))
    mine = keyring.prints(keys)
    if ring.next is None:
        if mine[: len(ring.keys)] != ring.keys or len(mine) == len(ring.keys):
            raise ConfigError(
                f"{VARIABLE} is not the former chain of keys with a new one behind it",
                str(home / "bronze" / keyring.NAME),
                "write it as former,new: the former keys stay, because the new one hashes what they gave",
            )
        ring = Keyring(ring.keys, mine, max((record.load_number for record in records), default=0))
    elif mine != ring.next:
        raise ConfigError(
            f"a rotation has begun with another {VARIABLE}", str(home / "bronze" / keyring.NAME), "give that one"
        )
    known = {(contract.source, contract.table): contract for contract in contracts}
    if strange := sorted({f"{r.source}.{r.table}" for r in records if (r.source, r.table) not in known}):
        remedy = "bring the contract back, or remove the table's folder and its lines of the manifest"
        raise ConfigError(f"there are loads without a contract: {', '.join(strange)}", str(home / "bronze"), remedy)
    due = [
        record
        for record in manifest.current(records).values()
        if record.load_number <= ring.after and _has_hashes(known[record.source, record.table], record)
    ]
    check_files(home, due)  # before the rotation begins: until it ends nothing lands, and so nothing can be repaired
    (home / "bronze").mkdir(parents=True, exist_ok=True)
    keyring.write(home, ring)
    (home / "bronze" / commit.IN_FLIGHT).touch()
    rewriter, added = Rewriter(home, run_id), keys[len(ring.keys) :]
    for record in due:
        _rehash(rewriter, known[record.source, record.table], record, added)
    _forget_replaced(rewriter, known)
    (home / "bronze" / commit.IN_FLIGHT).unlink()
    keyring.write(home, Keyring(mine))
    return len(due)


def _has_hashes(contract: Contract, record: LoadRecord) -> bool:
    return any(column.secret for column in contract.columns) and record.rows + record.quarantined > 0


def _rehash(rewriter: Rewriter, contract: Contract, record: LoadRecord, added: Chain) -> None:
    secret = [column.name for column in contract.columns if column.secret]

    def change(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.with_columns(pseudonyms(frame[name], added) for name in secret if name in frame.columns)

    rewriter.load(record, change)


def _forget_replaced(rewriter: Rewriter, known: dict[tuple[str, str], Contract]) -> None:
    """Bad rows of replaced loads lose their hashes: they are kept to be looked at, and nobody replays them."""
    records = manifest.read(rewriter.home)
    newest = manifest.current(records)
    for record in records:
        secret = [column.name for column in known[record.source, record.table].columns if column.secret]
        if secret and record.quarantine_file is not None and newest[record.partition] is not record:
            rewriter.old_quarantine(record, partial(_emptied, secret))


def _emptied(names: Sequence[str], frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in names)
