"""What dirt is asked for: `none`, `all`, `repairable`, or a list `kind[:rate],kind…`."""

from __future__ import annotations

import difflib

from simulator.dirt.catalogue import KINDS
from simulator.errors import SimulatorError

NONE = "none"
GROUPS = {
    "all": tuple(KINDS),
    "repairable": tuple(name for name, kind in KINDS.items() if kind.repairable),
}


def _wrong(what: str, next_step: str) -> SimulatorError:
    return SimulatorError(what, "--dirt", next_step, 2)


def _rate(name: str, text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = -1.0
    if not 0 < rate <= 1:
        raise _wrong(f"the rate '{text}' of '{name}' is not a share", f"give a number above 0, at most 1: {name}:0.05")
    return rate


def rates_of(spec: str) -> dict[str, float]:
    """Rates by kind, in the order of the catalogue. Raises SimulatorError (exit code 2) with a suggestion."""
    rates: dict[str, float] = {}
    parts = [part.strip() for part in spec.split(",") if part.strip()]
    if not parts:
        raise _wrong("no kind of dirt is given", "give none, all, repairable or kinds; `python -m simulator dirt`")
    for part in parts:
        name, colon, text = part.partition(":")
        if name == NONE and len(parts) == 1 and not colon:
            return {}
        if name in GROUPS:
            names = GROUPS[name]
        elif name in KINDS:
            names = (name,)
        else:
            close = difflib.get_close_matches(name, [*KINDS, *GROUPS, NONE], n=1, cutoff=0.4)
            hint = f"did you mean '{close[0]}'? " if close else ""
            raise _wrong(f"there is no dirt '{name}'", f"{hint}`python -m simulator dirt` lists all kinds")
        for each in names:
            rates[each] = _rate(name, text) if colon else rates.get(each, KINDS[each].rate)
    return {name: rates[name] for name in KINDS if name in rates}


def canonical(spec: str) -> str:
    """The same wish in one notation: what is kept in a world's identity."""
    rates = rates_of(spec)
    return ",".join(f"{name}:{rate:.9g}" for name, rate in rates.items()) or NONE
