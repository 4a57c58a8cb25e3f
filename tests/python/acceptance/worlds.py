"""What the acceptance worlds are made of, and what is known of each."""

from dataclasses import dataclass
from datetime import date, timedelta

from simulator.dirt.catalogue import KINDS
from tests.python.acceptance.house import DAYS, FIRST, Failure, Loads
from tests.python.acceptance.judge import Item
from tests.python.transform.marts import Marts

NEXT_DAYS = 2
# A day of this small shop has few rows: at the usual rate one repeated order, or a sheet of quotes with a bit more text
# than on average, is more than what halts a partition.
FEW = {"duplicate": "duplicate:0.003", "text_in_numbers": "text_in_numbers:0.2"}
EVERYTHING = ",".join(FEW.get(kind, kind) for kind in KINDS)
# Up to 30 days late is too late for this world; up to 3 days late goes the same way.
KIND_LIST = ",".join(FEW.get(name, name) for name, kind in KINDS.items() if kind.repairable and name != "very_late")
LAST_DIRT = FIRST + timedelta(days=DAYS + NEXT_DAYS - 4)
# What repaired dirt leaves behind: a correction is written later than the first time, and whom a lost message named
# (the statement of M-PESA has neither the phone nor the request).
TRACES = ("updated_at", "has_callback", "checkout_request_id", "msisdn_hmac")
REPAIRABLE = ("--dirt", KIND_LIST, "--dirt-until", LAST_DIRT.isoformat())


@dataclass(frozen=True)
class Clean:
    """What its data tests said; loads before and after a day was landed again; marts built in two ways."""

    failures: list[Failure]
    quarantined: int
    loads: Loads
    landed_again: Loads
    day_by_day: Marts
    built_at_once: Marts
    without_traces: Marts


@dataclass(frozen=True)
class Verdict:
    """What became of the dirt."""

    due: list[Item]
    missed: list[Item]
    clean_rows_set_aside: list[dict[str, str]]
    blocked: list[str]
    halted: list[tuple[str, date, str]]
