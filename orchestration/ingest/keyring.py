"""Which chain of keys bronze was hashed with: another one would give the same people other pseudonyms."""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from orchestration.durable import write_durably
from orchestration.errors import ConfigError, GhalaError
from orchestration.ingest import subject
from orchestration.ingest.model import Contract
from orchestration.ingest.pseudonym import VARIABLE, Chain, chain

NAME = "keys.json"
PRINT = 16  # hex digits


@dataclass(frozen=True)
class Keyring:
    """Fingerprints of the chain; during a rotation `next` is the new chain, which loads after `after` have."""

    keys: tuple[str, ...]
    next: tuple[str, ...] | None = None
    after: int = 0


def prints(keys: Sequence[bytes]) -> tuple[str, ...]:
    """The fingerprint of each key, which does not give it away."""
    return tuple(hmac.digest(key, b"ghala", "sha256").hex()[:PRINT] for key in keys)


def read(home: Path) -> Keyring | None:
    """What bronze was hashed with, None before the first hash."""
    file = home / "bronze" / NAME
    try:
        values = orjson.loads(file.read_bytes())
        return Keyring(tuple(values["keys"]), values["next"] and tuple(values["next"]), values["after"])
    except FileNotFoundError:
        return None
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise GhalaError("the list of keys is broken", str(file), "restore it from a backup, then run again") from error


def write(home: Path, ring: Keyring) -> None:
    """Remember it."""
    write_durably(home / "bronze" / NAME, orjson.dumps(asdict(ring)))


def check(home: Path, contracts: Iterable[Contract]) -> None:
    """Raises ConfigError when people are about to be hashed, or erased ones looked for, with other keys than bronze."""
    keys, columns = chain(), [column for contract in contracts for column in contract.columns]
    is_hashed = any(column.secret for column in columns)
    if keys and (is_hashed or (any(column.subject for column in columns) and subject.read(home))):
        keep(home, keys)


def keep(home: Path, keys: Chain) -> None:
    """As compare, and the first keys of a home are remembered: from now on no others are taken."""
    compare(home, keys)
    if read(home) is None:
        write(home, Keyring(prints(keys)))


def compare(home: Path, keys: Chain) -> None:
    """Raises ConfigError for other keys than those in bronze, and while a rotation has not ended; writes nothing."""
    ring = read(home)
    if ring is None:
        return
    if ring.next is not None:
        raise ConfigError("a rotation of keys has not ended", str(home / "bronze" / NAME), "go on: ghala keys rotate")
    if prints(keys) != ring.keys:
        raise ConfigError(
            f"{VARIABLE} is not what bronze was hashed with: the same people would get other pseudonyms",
            str(home / "bronze" / NAME),
            "give the former keys, or to put a new one over them: ghala keys rotate (docs/runbooks/key-rotation.md)",
        )
