"""What came of a fault, and the commands that must say and do something after it."""

from dataclasses import dataclass, field
from typing import Any

from chaos import sound
from chaos.scenario import Bench, state, unlike

TRACE = "Traceback (most recent call last)"
RENUMBERED = ("load ", "stray file", "missing file quarantine/")  # what has other names when a day is landed again


@dataclass
class Met:
    """What came of a fault: Ghala's words, what is `wrong` (nothing: it coped), and why it was `left_out`."""

    said: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    left_out: str | None = None


def run(bench: Bench, met: Met, *words: str, code: int = 0, tells: str = "", clock: float = 0) -> str:
    """Run a command that must end with `code` and say `tells`; returns what it wrote."""
    found, text = bench.run(*words, clock=clock)
    if found != code:
        met.wrong.append(f"ghala {' '.join(words)} ended with {found}, not {code}: {text[-1500:]}")
    if tells.lower() not in text.lower():
        met.wrong.append(f"ghala {' '.join(words)} does not say {tells!r}: {text[-1500:]}")
    if TRACE in text:
        met.wrong.append(f"ghala {' '.join(words)} shows a traceback")
    if code:
        met.said.append(message(text))
    return text


def message(text: str) -> str:
    """The error in what a command wrote: from its first line on."""
    _, found, rest = text.rpartition("\nerror ")
    return ("error " + rest).strip() if found else text.strip()[-400:]


def main_job(bench: Bench, met: Met, same_loads: bool = True, **expected: Any) -> None:
    """The main job to its end, and everything that must hold then."""
    run(bench, met, "run", "--to", bench.today, **expected)
    if not met.wrong:
        met.wrong += sound.wrong(bench.world.home)
        differences = unlike(state(bench.world.home), bench.undisturbed["run"].state)
        met.wrong += [words for words in differences if same_loads or not words.startswith(RENUMBERED)]
