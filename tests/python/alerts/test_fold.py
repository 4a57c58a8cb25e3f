"""Whatever is seen in whatever order: one message when an incident opens, one when it is fixed, the count right."""

from datetime import UTC, datetime, timedelta
from itertools import groupby

from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.alerts.fold import fold
from orchestration.alerts.model import OPENED, REMINDER, RESOLVED, Rules, Sighting, State, View

NOW = datetime(2026, 3, 2, tzinfo=UTC)
TOLD = Rules(("slack",))
THINGS = "abc"


def sighting(thing: str, mark: int, tier: int = 1) -> Sighting:
    return Sighting("test", thing, "", tier, "amina", "#sales", "wrong", "mend it", f"t{mark}", f"{mark:06}")


def view(things: dict[str, int], judged: bool = True) -> View:
    return View(tuple(sighting(thing, mark) for thing, mark in things.items()), lambda _: judged)


def events(state: State, thing: str) -> list[str]:
    return [message.event for message in state.outbox if message.incident.subject == thing]


# A look: what is wrong, whether it is a new sighting or the last one again, and whether absence means fixed.
LOOKS = st.lists(st.tuples(st.dictionaries(st.sampled_from(THINGS), st.booleans()), st.booleans()), max_size=25)


@given(LOOKS)
@settings(max_examples=100, deadline=None)
def test_an_incident_is_told_once_when_it_opens_and_once_when_it_is_fixed(
    looks: list[tuple[dict[str, bool], bool]],
) -> None:
    state = State()
    marks = dict.fromkeys(THINGS, 0)
    episodes: dict[str, list[int]] = {thing: [] for thing in THINGS}  # how often each was seen; the last may be open
    is_open = dict.fromkeys(THINGS, False)
    for number, (things, judged) in enumerate(looks, start=1):
        for thing, is_new in things.items():
            marks[thing] = number if is_new or not is_open[thing] else marks[thing]
            if not is_open[thing]:
                episodes[thing].append(0)
            episodes[thing][-1] += is_new or not is_open[thing]
            is_open[thing] = True
        for thing in THINGS:
            if thing not in things and judged:
                is_open[thing] = False
        state, _ = fold(state, view({thing: marks[thing] for thing in things}, judged), NOW, TOLD)
    for thing in THINGS:
        expected = [OPENED, RESOLVED] * len(episodes[thing])
        assert events(state, thing) == (expected[:-1] if is_open[thing] else expected)
        counts = [m.incident.repeat_count for m in state.outbox if m.event == RESOLVED and m.incident.subject == thing]
        now = [incident.repeat_count for incident in state.open.values() if incident.subject == thing]
        assert counts + now == episodes[thing]


@given(LOOKS)
@settings(max_examples=50, deadline=None)
def test_a_look_that_is_repeated_changes_nothing(looks: list[tuple[dict[str, bool], bool]]) -> None:
    once, twice = State(), State()
    for number, (things, judged) in enumerate(looks, start=1):
        seen = view(dict.fromkeys(things, number), judged)
        once, _ = fold(once, seen, NOW, TOLD)
        for _ in range(2):
            twice, _ = fold(twice, seen, NOW, TOLD)
    assert once == twice


def test_days_of_one_delivery_are_one_incident_with_a_window() -> None:
    seen = View(tuple(sighting("sales", mark) for mark in (2, 1, 3)), lambda _: True)
    state, changes = fold(State(), seen, NOW, TOLD)
    (incident,) = state.open.values()
    assert (incident.first_seen_at, incident.last_seen_at, incident.repeat_count) == ("t1", "t3", 3)
    assert [event for event, _ in changes] == ["opened", "seen", "seen"]
    assert events(state, "sales") == [OPENED]
    assert state.outbox[0].incident.repeat_count == 3


def test_what_stops_a_run_is_told_first() -> None:
    seen = View((sighting("a", 1, tier=3), sighting("b", 2, tier=2), sighting("c", 3)), lambda _: True)
    state, _ = fold(State(), seen, NOW, TOLD)
    assert [message.incident.subject for message in state.outbox] == ["c", "b", "a"]


def test_who_is_muted_is_counted_and_told_afterwards_if_still_open() -> None:
    (key,) = {sighting("a", 1).fingerprint}
    state = State(muted={key: "2026-03-02"})
    for mark in (1, 2):
        state, _ = fold(state, view({"a": mark}), NOW, TOLD)
    assert (state.outbox, state.open[key].repeat_count) == ((), 2)
    state, _ = fold(state, view({"a": 3}), NOW + timedelta(days=1), TOLD)
    assert events(state, "a") == [OPENED]


def test_what_nobody_heard_of_is_not_said_to_be_over() -> None:
    state, _ = fold(State(), view({"a": 1}), NOW, Rules())
    assert state.outbox == ()
    silent, changes = fold(state, view({}), NOW, TOLD)
    assert (silent.outbox, [event for event, _ in changes]) == ((), [RESOLVED])
    told, _ = fold(state, view({"a": 1}), NOW, TOLD)  # a webhook was set meanwhile
    assert events(told, "a") == [OPENED]


def test_only_tier_1_is_told_again_and_only_if_asked() -> None:
    for tier, hours, expected in ((1, None, 1), (1, 24.0, 3), (2, 24.0, 1)):
        state = State()
        for hour in range(0, 60, 6):
            seen = View((sighting("a", hour, tier),), lambda _: True)
            state, _ = fold(state, seen, NOW + timedelta(hours=hour), Rules(("slack",), hours))
        told = [key for key, _ in groupby(events(state, "a"))]
        assert (len(events(state, "a")), told) == (expected, [OPENED, REMINDER][: min(expected, 2)])
