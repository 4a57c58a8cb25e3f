"""Takes known secrets out of a text. The second line of defence: no text should hold one in the first place."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import unquote, urlsplit

MASK = "***"
SECRET = re.compile(r"^GHALA_.*(DSN|URL|TOKEN|KEY|SECRET|PASSWORD)(_|$)")
TOKEN = 16  # characters from which a part of a webhook's path is no word
SHORTEST = 4  # a shorter value is a word of every other sentence


def secrets(environment: Mapping[str, str]) -> frozenset[str]:
    """What must not be shown: tokens, keys, passwords, connections with one, and the parts that make them secret."""
    found = (part for name, value in environment.items() if SECRET.match(name) for part in _parts(name, value.strip()))
    return frozenset(part for part in found if len(part) >= SHORTEST)


def redact(text: str, known: Iterable[str] | None = None) -> str:
    """The text with every known secret replaced; those of the environment unless given."""
    for secret in sorted(secrets(os.environ) if known is None else known, key=len, reverse=True):
        text = text.replace(secret, MASK)
    return text


def _parts(name: str, value: str) -> Iterator[str]:
    """A URL is an address as well as a secret: of one without a secret in it nothing is hidden."""
    if "://" not in value:
        if not name.endswith("_URL"):
            yield value
            yield from re.findall(r"password\s*=\s*'?([^\s']+)", value)  # PostgreSQL's other form: key=value
        return
    try:
        parts = urlsplit(value)
    except ValueError:
        yield value
        return
    if parts.password:
        yield from {value, parts.password, unquote(parts.password)}
    if "WEBHOOK" in name:  # who knows the path of a webhook can write to it
        yield from {value, f"{parts.path}?{parts.query}" if parts.query else parts.path}
        yield from (part for part in parts.path.split("/") if len(part) >= TOKEN)
