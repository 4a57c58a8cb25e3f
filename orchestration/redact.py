"""Takes known secrets out of a text. The second line of defence: no text should hold one in the first place."""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlsplit

MASK = "***"
SECRET = re.compile(r"^(GHALA_.*(DSN|URL|TOKEN|KEY|SECRET|PASSWORD|WEBHOOK)(_|$)|PGPASSWORD$)")
SECRET_PARAMETER = re.compile(r"key|token|secret|passw|sig", re.IGNORECASE)
# PostgreSQL's other form of a connection: password=word or password='with \' blanks'.
PASSWORD = re.compile(r"(password\s*=\s*)('(?:[^'\\]|\\.)*'|(?:[^\s\\]|\\.)+)", re.IGNORECASE)
USER = re.compile(r"(://[^:/?#@\s]*):(\S*)@")  # up to the last @: a password may hold one
SHORTEST = 4  # a shorter value is a word of every other sentence


def secrets(environment: Mapping[str, str]) -> frozenset[str]:
    """What must not be shown: values of tokens, keys and passwords, and of a connection what makes it secret."""
    found = (part for name, value in environment.items() if SECRET.match(name) for part in _parts(name, value.strip()))
    return frozenset(form for part in found if len(part) >= SHORTEST for form in _forms(part))


def redact(text: str, known: Iterable[str] | None = None) -> str:
    """The text with every known secret replaced; those of the environment unless given."""
    given = tuple((name, value) for name, value in os.environ.items() if SECRET.match(name))
    for secret in _longest_first(given) if known is None else sorted(known, key=len, reverse=True):
        text = text.replace(secret, MASK)
    return text


@lru_cache(maxsize=4)
def _longest_first(given: tuple[tuple[str, str], ...]) -> list[str]:
    return sorted(secrets(dict(given)), key=len, reverse=True)


def address(connection: str) -> str:
    """A connection without its password, for messages: who connects to what."""
    return PASSWORD.sub(rf"\1{MASK}", USER.sub(rf"\1:{MASK}@", connection))


def _forms(secret: str) -> Iterator[str]:
    """As it is, and as it stands in a URL, in JSON and in the text of a Python value."""
    yield from {secret, quote(secret, safe=""), json.dumps(secret)[1:-1], repr(secret)[1:-1]}


def _parts(name: str, value: str) -> Iterator[str]:
    """A URL is an address as well as a secret: of one without a secret in it nothing is hidden."""
    if "://" not in value:
        if not name.endswith("_URL"):
            yield value
            yield from value.split(",") if name.endswith("_KEY") else ()  # a chain of keys
            for _, word in PASSWORD.findall(value):
                bare = word[1:-1] if word.startswith("'") else word
                yield from {bare, re.sub(r"\\(.)", r"\1", bare)}
        return
    try:
        parts = urlsplit(value)
    except ValueError:
        yield value
        return
    if name.endswith("_DSN"):
        hidden = [piece for _, password in USER.findall(value) for piece in (password, *re.split("[/@]", password))]
    else:
        user, _, password = parts.netloc.rpartition("@")[0].partition(":")
        hidden = [password or user]
    hidden += [word for key, word in parse_qsl(parts.query) if SECRET_PARAMETER.search(key)]
    if "WEBHOOK" in name:  # who knows the path of a webhook can write to it
        hidden += [f"{parts.path}?{parts.query}" if parts.query else parts.path, parts.path.rsplit("/", 1)[-1]]
    if any(hidden):
        yield value
        yield from {form for word in hidden for form in (word, unquote(word))}
