"""What one receiver, channel or message fails at holds up nothing that goes elsewhere; what failed stays owed."""

from dataclasses import replace

import pytest

from orchestration.alerts import settle as settling
from orchestration.alerts.fold import fold
from orchestration.alerts.model import OPENED, Rules, State, View
from orchestration.alerts.targets import Target, override_of
from tests.python.alerts.conftest import NOON, House
from tests.python.alerts.receivers import webhook
from tests.python.alerts.test_fold import sighting


def test_one_target_that_fails_keeps_its_own_and_no_others(house: House) -> None:
    got: list[str] = []
    working = Target("works", lambda _: "", lambda some, _: got.extend(m.incident.subject for m in some))
    owed, _ = fold(State(), View((sighting("a", 1), sighting("b", 2)), lambda _: True), NOON, Rules(("slack", "works")))
    house.got.answers = [(404, {})]
    slack = settling.targets({"GHALA_ALERT_WEBHOOK_URL": house.got.url})
    after = settling.deliver(house.config, owed, [*slack, working], house.said.append)
    assert got == ["a", "b"]
    assert [(message.event, message.pending) for message in after.outbox] == [(OPENED, ("slack",))] * 2
    assert house.got.requests == 1, "who is down is left alone until the next time"


def owed_to(*channels: str) -> State:
    """What slack is owed: a message for each of the channels, in their order."""
    things = (replace(sighting(f"thing {n}", n), channel=channel) for n, channel in enumerate(channels))
    return fold(State(), View(tuple(things), lambda _: True), NOON, Rules(("slack",)))[0]


def subjects(owed: State) -> list[str]:
    return [message.incident.subject for message in owed.outbox]


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_channel_whose_webhook_is_gone_holds_up_no_other(house: House, status: int) -> None:
    owed = owed_to("#archived", "#archived", "#sales")
    with webhook() as gone:
        gone.answers = [(status, {})]
        environment = {"GHALA_ALERT_WEBHOOK_URL": house.got.url, override_of("#archived"): gone.url}
        slack = settling.targets(environment)
        after = settling.deliver(house.config, owed, slack, house.said.append)
        assert (len(house.got.posts), subjects(after)) == (1, ["thing 0", "thing 1"])
        assert house.said == [
            f"2 alerts not delivered by slack to #archived: the webhook answers HTTP {status}; tried again next time"
        ]
        assert gone.requests == 1, "the second one would not arrive either"
        assert settling.deliver(house.config, after, slack, house.said.append).outbox == ()
        assert (len(gone.posts), len(house.got.posts), len(house.said)) == (2, 1, 1)


def test_a_channel_without_a_webhook_holds_up_no_other(house: House) -> None:
    slack = settling.targets({override_of("#sales"): house.got.url})
    after = settling.deliver(house.config, owed_to("", "#stock", "#sales", "#stock"), slack, house.said.append)
    assert (len(house.got.posts), subjects(after)) == (1, ["thing 0", "thing 1", "thing 3"])
    (said,) = house.said
    assert said.startswith("3 alerts not delivered by slack to #stock or without a channel: GHALA_ALERT_WEBHOOK_URL is")


@pytest.mark.parametrize("status", [400, 413])
def test_a_message_that_is_refused_for_what_it_says_holds_up_no_other(house: House, status: int) -> None:
    house.got.answers = [(status, {})]
    slack = settling.targets({"GHALA_ALERT_WEBHOOK_URL": house.got.url})
    after = settling.deliver(house.config, owed_to("#sales", "#sales"), slack, house.said.append)
    assert (len(house.got.posts), subjects(after)) == (1, ["thing 0"])
    assert house.said[0].startswith("1 alert not delivered by slack to #sales: the webhook answers HTTP")


@pytest.mark.parametrize("status", [408, 429, 500])
def test_a_receiver_that_has_no_time_is_not_asked_for_other_channels(
    house: House, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setattr("httpx_retries.Retry.sleep", lambda *_: None)
    house.got.answers = [(status, {})] * 4
    slack = settling.targets({"GHALA_ALERT_WEBHOOK_URL": house.got.url})
    after = settling.deliver(house.config, owed_to("#sales", "#stock"), slack, house.said.append)
    assert (house.got.requests, len(after.outbox)) == (4, 2)
    assert house.said == [f"2 alerts not delivered by slack: the webhook answers HTTP {status}; tried again next time"]


@pytest.mark.parametrize("status", [None, 503])
def test_a_channel_whose_own_receiver_is_down_holds_up_no_other(
    house: House, monkeypatch: pytest.MonkeyPatch, status: int | None
) -> None:
    monkeypatch.setattr("httpx_retries.Retry.sleep", lambda *_: None)
    with webhook() as dead:
        pass
    owed = owed_to("#stock", "#sales", "#stock", "")
    with webhook() as busy:
        busy.answers = [(503, {})] * 9
        own = dead.url if status is None else busy.url
        environment = {"GHALA_ALERT_WEBHOOK_URL": house.got.url, override_of("#stock"): own}
        slack = settling.targets(environment)
        after = settling.deliver(house.config, owed, slack, house.said.append)
        assert (len(house.got.posts), subjects(after)) == (2, ["thing 0", "thing 2"])
        why = "does not answer (ConnectError)" if status is None else f"answers HTTP {status}"
        assert house.said == [f"2 alerts not delivered by slack to #stock: the webhook {why}; tried again next time"]
        assert busy.requests == (0 if status is None else 4), "the second one would not arrive either"
    slack = settling.targets({"GHALA_ALERT_WEBHOOK_URL": house.got.url})
    assert settling.deliver(house.config, after, slack, house.said.append).outbox == ()
    assert len(house.got.posts) == 4


def test_of_several_receivers_that_are_down_only_the_first_is_waited_for(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("httpx_retries.Retry.sleep", lambda *_: None)
    house.got.answers = [(503, {})] * 9
    with webhook() as other, webhook() as third:
        other.answers = [(503, {})] * 9
        environment = {
            "GHALA_ALERT_WEBHOOK_URL": house.got.url,
            override_of("#stock"): other.url,
            override_of("#sales"): third.url,
        }
        slack = settling.targets(environment)
        after = settling.deliver(house.config, owed_to("", "#stock", "#sales"), slack, house.said.append)
        assert (house.got.requests, other.requests, third.requests) == (4, 1, 1)
    assert subjects(after) == ["thing 0", "thing 1"]
    told = "2 alerts not delivered by slack to #stock or without a channel: the webhook answers HTTP 503"
    assert house.said == [f"{told}; tried again next time"]
