"""Messages that try a way out: one for every place that real ones would go to."""

from collections.abc import Mapping
from datetime import UTC, datetime

from orchestration.alerts.model import OPENED, Incident, Message
from orchestration.alerts.targets import override_of
from orchestration.config import Settings
from orchestration.contracts import contracts_of


def messages(settings: Settings, environment: Mapping[str, str], target: str) -> list[Message]:
    """One message; and for Slack one more for each channel of a contract that has a webhook of its own."""
    channels = {contract.channel for contract in contracts_of(settings.contracts)} if target == "slack" else set()
    own = sorted(channel for channel in channels if environment.get(override_of(channel)))
    return [_message(target, channel) for channel in ("", *own)]


def _message(target: str, channel: str) -> Message:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Message(
        OPENED,
        Incident(
            fingerprint="000000000000",
            kind="test message",
            subject="Ghala",
            series="",
            tier=3,
            owner="whoever sent it",
            channel=channel,
            what="This is a test: alerts of Ghala arrive here.",
            next_step="nothing is to be done",
            node="",
            run_id="",
            mark=now,
            first_seen_at=now,
            last_seen_at=now,
            repeat_count=1,
        ),
        (target,),
    )
