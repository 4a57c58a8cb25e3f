"""What the acceptance worlds are made of, and what is known of each."""

from dataclasses import dataclass
from datetime import date, timedelta

from simulator.dirt.catalogue import KINDS
from tests.python.acceptance.house import DAYS, FIRST, Failure
from tests.python.acceptance.judge import Item
from tests.python.transform.marts import Marts

NEXT_DAYS = 2
# A day of this small shop has few rows: at the usual rate one repeated order may be more than the 5 % that halt a file.
FEW = {"duplicate": "duplicate:0.003"}
EVERYTHING = ",".join(FEW.get(kind, kind) for kind in KINDS)
# Up to 30 days late is too late for this world; up to 3 days late goes the same way.
KIND_LIST = ",".join(FEW.get(name, name) for name, kind in KINDS.items() if kind.repairable and name != "very_late")
LAST_DIRT = FIRST + timedelta(days=DAYS + NEXT_DAYS - 4)
REPAIRABLE = ("--dirt", KIND_LIST, "--dirt-until", LAST_DIRT.isoformat())


@dataclass(frozen=True)
class Clean:
    """The marts of one world in three states, and what its data tests said of the last."""

    failures: list[Failure]
    quarantined: int
    day_by_day: Marts
    landed_again: Marts
    built_at_once: Marts


@dataclass(frozen=True)
class Verdict:
    """What became of the dirt."""

    due: list[Item]
    missed: list[Item]
    clean_rows_set_aside: list[dict[str, str]]
    blocked: list[str]
    halted: list[tuple[str, date, str]]
