"""dbt's events, without those that nobody reads.

A build of 473 nodes fires thousands of events for debugging, and dbt makes a message and a line of each before it looks
at the level: 13 % of the samples of such a build. Ghala writes dbt's log from level info on.
"""

from typing import Any

from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager import EventManager
from dbt_common.events.event_manager_client import ctx_set_event_manager


class ReadEvents(EventManager):
    """Hands on what is at least of level info."""

    def fire_event(
        self,
        e: BaseEvent,
        level: EventLevel | None = None,
        node: Any = None,
        force_warn_or_error_handling: bool = False,
    ) -> None:
        """Drop an event for debugging, unless dbt means to turn it into an error."""
        if force_warn_or_error_handling or (level or e.level_tag()) != EventLevel.DEBUG:
            super().fire_event(e, level, node, force_warn_or_error_handling)


def read_only_what_is_logged() -> None:
    """From now on dbt in this process makes nothing of events for debugging."""
    ctx_set_event_manager(ReadEvents())
