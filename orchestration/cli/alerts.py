"""Commands on incidents: what is open, telling it now, keeping one quiet, trying whether messages arrive."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from textwrap import shorten
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from orchestration.cli.terminal import err, out
from orchestration.config import settings
from orchestration.errors import ConfigError, GhalaError

LONGEST = 200  # characters of what happened, in a list


def list_() -> None:
    """Open incidents, those that block first, and what could not be delivered yet."""
    from orchestration.alerts import state  # noqa: PLC0415
    from orchestration.alerts.fold import is_muted  # noqa: PLC0415
    from orchestration.alerts.payload import title  # noqa: PLC0415

    now = state.load(settings().home)
    if not now.open:
        out.print("no incident is open")
    else:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for name in ("fingerprint", "tier", "incident"):
            table.add_column(name, overflow="fold", no_wrap=name == "fingerprint")
        for one in sorted(now.open.values(), key=lambda one: (one.tier, one.first_seen_at)):
            quiet = is_muted(now.muted, one.fingerprint, datetime.now(UTC))
            muted = f" (muted until {now.muted[one.fingerprint]})" if quiet else ""
            who = f"{one.owner} {one.channel}".strip()
            seen = f"seen {one.repeat_count:,} x since {one.first_seen_at[:16].replace('T', ' ')} UTC; {who}"
            what = shorten(one.what, LONGEST, placeholder=" …")
            text = Text.assemble((f"{title(one)}{muted}\n", "bold"), f"{what}\n", (seen, "dim"))
            table.add_row(one.fingerprint, str(one.tier), text)
        out.print(table)
    for target in sorted({name for message in now.outbox for name in message.pending}):
        owed = sum(target in message.pending for message in now.outbox)
        out.print(f"{owed} not delivered by {target} yet. next: ghala alerts test, then: ghala alerts send")


def send() -> None:
    """Look at what is wrong now and deliver what is owed. A run does this at its end."""
    from orchestration.alerts.settle import settle  # noqa: PLC0415
    from orchestration.alerts.targets import targets  # noqa: PLC0415

    after = settle(settings(), None, lambda text: err.print(text, markup=False, soft_wrap=True))
    if after is None or after.outbox:
        raise GhalaError(
            "not everything could be looked after and delivered", "see above", "docs/runbooks/alert-not-delivered.md"
        )
    whom = ", ".join(target.name for target in targets(os.environ)) or "nobody is told: no webhook, no mail server"
    out.print(f"{len(after.open)} open, everything is delivered ({whom}). next: ghala alerts list")


def test() -> None:
    """Send a test message to every webhook and by e-mail."""
    from orchestration.alerts.targets import ATTEMPTS, NotDeliveredError, targets  # noqa: PLC0415
    from orchestration.alerts.trial import messages  # noqa: PLC0415

    config = settings()
    known = targets(os.environ)
    if not known:
        raise ConfigError(
            "there is nobody to tell",
            "environment or $GHALA_HOME/.env",
            "set GHALA_ALERT_WEBHOOK_URL, or GHALA_ALERT_SMTP_URL with GHALA_ALERT_EMAIL_FROM and _TO",
        )
    failed = 0
    for target in known:
        for message in messages(config, os.environ, target.name):
            where = f"{target.name} {message.incident.channel}".strip()
            try:
                target.send([message], ATTEMPTS)
                out.print(f"{where}: delivered", markup=False)
            except NotDeliveredError as error:
                failed += 1
                text = f"{where}: {error.what} ({error.where}); next: {error.next_step}"
                out.print(text, markup=False, soft_wrap=True)
    if failed:
        raise GhalaError(f"{failed} not delivered", "see above", "docs/runbooks/alert-not-delivered.md")


def mute(
    fingerprint: Annotated[str, typer.Argument(help="One of `ghala alerts list`.")],
    until: Annotated[
        datetime, typer.Option("--until", formats=["%Y-%m-%d"], help="The last quiet day (UTC); a past one ends it.")
    ],
) -> None:
    """Keep one incident quiet, for example while its source is under maintenance. It is still counted."""
    from orchestration.alerts import state  # noqa: PLC0415

    home = settings().home
    with state.locked(home):
        now = state.load(home)
        if fingerprint not in {*now.open, *now.muted}:
            known = ", ".join(sorted(now.open)) or "none is open"
            raise ConfigError(f"no open incident {fingerprint!r}", "ghala alerts mute", f"take one of: {known}")
        state.save(home, replace(now, muted={**now.muted, fingerprint: until.date().isoformat()}))
    text = f"{fingerprint} is quiet until {until:%Y-%m-%d}, and is told after that if it is still open"
    out.print(text, soft_wrap=True)


GROUP = (
    (list_, "ghala alerts list"),
    (send, "ghala alerts send"),
    (test, "ghala alerts test"),
    (mute, "ghala alerts mute 3f9c0a1b2c3d --until 2026-04-02"),
)
