"""Reads a contract file strictly: every key must be one that the standard or Ghala knows.

The pydantic model of the standard ignores unknown keys below the top level, so that `requird: true` passes and a gate
vanishes. Here the standard's own JSON schema comes first, and Ghala's schema for its custom properties second.
"""

import difflib
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import yaml

from orchestration.errors import ConfigError
from orchestration.ingest.custom_properties import SCHEMAS

if TYPE_CHECKING:
    from jsonschema import ValidationError

Node = yaml.nodes.Node
Trail = tuple[str | int, ...]
UNKNOWN_KEY = ("additionalProperties", "unevaluatedProperties")
SHOWN_ERRORS = 5
ELSEWHERE = "(it belongs elsewhere)"


def read(path: Path) -> dict[str, Any]:
    """The content of a contract file, checked; a ConfigError names file, line and the key that was probably meant."""
    node, document = _parse(path)
    problems = list(dict.fromkeys(_problems(node, document)))
    if problems:
        # A wrong value also makes the keys beside it strange to the standard: said only where it is all there is.
        problems = [(line, text) for line, text in problems if not text.endswith(ELSEWHERE)] or problems
        shown = sorted(problems)[:SHOWN_ERRORS]
        raise ConfigError(
            "the contract is broken: " + "; ".join(text for _, text in shown),
            ", ".join(dict.fromkeys(f"{path}:{line}" for line, _ in shown)),
            "correct the contract (its keys are those of the Open Data Contract Standard 3.1.0) and run again",
        )
    return document


def _parse(path: Path) -> tuple[Node, dict[str, Any]]:
    try:
        loader = yaml.CSafeLoader(path.read_bytes())
        node = loader.get_single_node()
        duplicate = next(_duplicate_keys(node), None) if node else None
        document = loader.construct_document(node) if node else None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = f"the contract is no valid YAML: {getattr(error, 'problem', None) or error}"
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        raise ConfigError(problem, where, "correct the file and run again") from error
    if duplicate is not None:
        line, key = duplicate
        raise ConfigError(
            f"the key '{key}' is written twice in one place, so that one of the two would be ignored",
            f"{path}:{line}",
            "keep one of them",
        )
    if node is None or not isinstance(document, dict):
        raise ConfigError("the contract is empty or no mapping", str(path), "write a contract with apiVersion v3.1.0")
    return node, document


def _duplicate_keys(node: Node) -> Iterator[tuple[int, str]]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield key.start_mark.line + 1, key.value
            seen.add(key.value)
            yield from _duplicate_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _duplicate_keys(item)


def _problems(node: Node, document: dict[str, Any]) -> Iterator[tuple[int, str]]:
    if not _compiled().is_valid(document):
        yield from _explained(_schema(), document, (), node)
    for level, name, value, trail in _extensions(document, (), "contract"):
        if name not in SCHEMAS[level]:
            yield _line(node, trail), f"unknown custom property '{name}'{_meant(name, SCHEMAS[level])}"
            continue
        if not jsonschema_rs.Draft201909Validator(SCHEMAS[level][name]).is_valid(value):
            yield from _explained(SCHEMAS[level][name], value, trail, node)


def _extensions(value: Any, trail: Trail, level: str) -> Iterator[tuple[str, str, Any, Trail]]:
    """What the standard leaves open: (level, name, value, trail to the value) of each custom property and argument."""
    if isinstance(value, list):
        for i, item in enumerate(value):
            yield from _extensions(item, (*trail, i), level)
    elif isinstance(value, dict):
        for key, item in value.items():
            here = (*trail, key)
            if key == "arguments" and level == "quality":
                yield level, key, item, here
            elif key == "customProperties" and isinstance(item, list):
                for i, entry in enumerate(item):
                    if isinstance(entry, dict):
                        yield level, str(entry.get("property")), entry.get("value"), (*here, i, "value")
            else:
                yield from _extensions(item, here, key if key in SCHEMAS else "other")


def _explained(schema: dict[str, Any], value: Any, trail: Trail, node: Node) -> Iterator[tuple[int, str]]:
    # Only for a broken contract: it takes 0.1 s to load, and 400 ms for 28 contracts (the compiled one 3).
    from jsonschema import Draft201909Validator  # noqa: PLC0415

    for error in Draft201909Validator(schema).iter_errors(value):
        yield from _explain(error, trail, node)


def _explain(error: "ValidationError", before: Trail, node: Node) -> Iterator[tuple[int, str]]:
    trail = (*before, *error.absolute_path)
    if error.validator in UNKNOWN_KEY and isinstance(error.instance, Mapping):
        named = re.findall(r"'([^']+)'", error.message.rsplit("(", 1)[-1])
        allowed = set(_allowed(error))
        strange = [key for key in named if key not in (allowed or _vocabulary())] or named[:1]
        for key in strange:
            yield _line(node, (*trail, key)), f"unknown key '{key}'{_meant(key, allowed or _vocabulary())}"
    elif error.validator == "oneOf" and "quality" in trail:
        yield _line(node, trail), "a quality rule needs exactly one of mustBe, mustNotBe, mustBeLessThan … (mustBe*)"
    elif error.context:
        best = min(error.context, key=lambda e: (-len(e.absolute_path), e.message))
        yield from _explain(best, before, node)
    else:
        label = ".".join(str(part) for part in trail) or "the contract"
        yield _line(node, trail), f"{label}: {error.message[:200]}"


def _allowed(error: "ValidationError") -> list[str]:
    return list((error.schema.get("properties") or {}) if isinstance(error.schema, Mapping) else {})


def _meant(key: str, known: Mapping[str, Any] | set[str]) -> str:
    close = difflib.get_close_matches(key, sorted(known), n=1, cutoff=0.6) or difflib.get_close_matches(
        key, sorted(_vocabulary()), n=1, cutoff=0.6
    )
    if key in _vocabulary():
        return f" {ELSEWHERE}"
    return f" (did you mean '{close[0]}'?)" if close else ""


def _line(node: Node | None, trail: Trail) -> int:
    """The line of the node at the end of the trail, or of the deepest part of it that exists."""
    line = node.start_mark.line + 1 if node else 1
    for part in trail:
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == part), None)
            if found is None:
                return line
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            return line
    return line


@cache
def _schema() -> dict[str, Any]:
    # Only the data file is read: importing the package would load its pydantic models for nothing.
    text = resources.files("open_data_contract_standard").joinpath("schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    schema["properties"]["description"]["additionalProperties"] = False  # the one object the standard leaves open
    return schema


@cache
def _compiled() -> jsonschema_rs.Draft201909Validator:
    """Says whether a contract is right, but not what is wrong where."""
    return jsonschema_rs.Draft201909Validator(_schema())


@cache
def _vocabulary() -> set[str]:
    """Every key that the standard knows anywhere: for suggestions."""
    keys: set[str] = set()

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            keys.update(value.get("properties") or {} if isinstance(value.get("properties"), dict) else {})
            for item in value.values():
                walk(item)
        elif isinstance(value, list):
            for item in value:
                walk(item)

    walk(_schema())
    return keys
