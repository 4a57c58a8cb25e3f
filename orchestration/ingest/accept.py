"""A changed source becomes a new version of its contract: the file is edited in place, its comments stay."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from orchestration.durable import write_durably
from orchestration.errors import ConfigError
from orchestration.ingest import evolution, manifest
from orchestration.ingest.compare import Difference
from orchestration.ingest.contract import load_contract
from orchestration.ingest.infer import write
from orchestration.ingest.infer.guess import custom_of
from orchestration.ingest.manifest import LoadRecord
from orchestration.ingest.model import Contract
from orchestration.ingest.reasons import reasons_of

Edit = tuple[int, int, str]  # from, to (character positions in the file), the new text
INDENT = 6  # at which property_lines are written
NOT_OURS = ("rows",)


@dataclass(frozen=True)
class Accepted:
    """The new version, and the loads that must be landed again under it."""

    file: Path
    before: str
    after: str
    reload: tuple[LoadRecord, ...]


def accept(contract: Contract, differences: Sequence[Difference], home: Path) -> Accepted | None:
    """Write the differences into the contract's file; None where there is nothing to accept.

    An added column that may be missing is a minor version, all else a major one. Raises ConfigError, and leaves the
    file as it is, when the new contract would not hold together: a key vanished, a rule names a dropped column.
    """
    accepted = [difference for difference in differences if difference.kind not in NOT_OURS]
    if not accepted:
        return None
    for difference in accepted:
        column = difference.column
        if (
            difference.kind == "missing"
            and column is not None
            and (column.key_position or column == contract.cursor_column)
        ):
            role = "key" if column.key_position else "cursor"
            remedy = (
                f"if it has another name now, write that as physicalName of '{column.name}'; else name another {role}"
            )
            raise ConfigError(f"the {role} '{column.source_name}' is missing", str(contract.file), remedy)
    before = contract.file.read_text(encoding="utf-8")
    version = _next(contract.version, is_minor=all(one.kind == "new" for one in accepted))
    root = yaml.compose(before, yaml.SafeLoader)
    edits = [edit for difference in accepted for edit in _edits(root, before, difference)]
    edits.append(_scalar(_at(root, "version"), version))
    after = _applied(before, edits)
    changed = _checked(contract, after)
    write_durably(contract.file, after.encode())
    current = manifest.current(manifest.read(home)).values()
    landed = [r for r in current if (r.source, r.table) == (contract.source, contract.table)]
    return Accepted(contract.file, contract.version, version, tuple(evolution.to_reload(home, changed, landed)))


def _next(version: str, *, is_minor: bool) -> str:
    major, minor = ([int(part) for part in version.split(".")[:2] if part.isdigit()] + [0, 0])[:2]
    return f"{major}.{minor + 1}.0" if is_minor else f"{major + 1}.0.0"


def _edits(root: Any, text: str, difference: Difference) -> Iterator[Edit]:
    properties = _at(root, "schema", 0, "properties")
    if difference.kind == "new" and difference.guess is not None:
        guess = replace(difference.guess, column=replace(difference.guess.column, required=False))
        yield _after(properties.value[-1], text, _indented(write.property_lines(guess), _dash(properties)))
        return
    if difference.kind == "unlandable":
        yield from _dropped(root, text, difference.values[0])
        return
    column = difference.column
    names = {column.name, column.name.removesuffix("_hmac")} if column is not None else set()
    node = next(one for one in properties.value if names & {_text(one, "encryptedName"), _text(one, "name")})
    match difference.kind:
        case "missing":
            yield (*_lines_of(node, text), "")
        case "renamed" if difference.guess is not None:
            yield _set(node, "physicalName", write.text(difference.guess.column.source_name, quote=True))
        case "nullable":
            yield _scalar(_at(node, "required"), "false") if _at(node, "required") else _set(node, "required", "false")
        case "values":
            yield from _listed(node, difference.values)
        case "retyped" if difference.guess is not None:
            yield from _retyped(node, text, difference)
        case _:
            pass


def _retyped(node: Any, text: str, difference: Difference) -> Iterator[Edit]:
    """The new type; options and custom properties were those of the old one."""
    assert difference.guess is not None  # noqa: S101  (the caller matched it)
    column = difference.guess.column
    yield _scalar(_at(node, "logicalType"), write.LOGICAL.get(column.type, "number"))
    yield _scalar(_at(node, "physicalType"), f'"{column.type}"')
    if node.flow_style:
        return
    for key in ("logicalTypeOptions", "customProperties"):
        for name, value in node.value:
            if name.value == key:
                yield (*_lines_of(name, text, value), "")
    pad = " " * node.start_mark.column
    lines = [f"logicalTypeOptions: {{format: {write.value(column.format)}}}"] if column.format else []
    if custom := custom_of(column):
        lines += ["customProperties:"]
        lines += [f"  - {{property: {key}, value: {write.value(item)}}}" for key, item in custom.items()]
    if lines:
        yield _after(_at(node, "physicalType"), text, "".join(f"{pad}{line}\n" for line in lines))


def _listed(node: Any, values: tuple[str, ...]) -> Iterator[Edit]:
    for rule in _at(node, "quality").value:
        found = _at(rule, "arguments", "validValues")
        if found is None:
            continue
        last = found.value[-1].end_mark.index
        lead = ", " if found.flow_style else "\n" + " " * found.start_mark.column + "- "
        yield last, last, "".join(lead + write.value(value) for value in values)


def _dropped(root: Any, text: str, name: str) -> Iterator[Edit]:
    custom = _at(root, "customProperties")
    for entry in custom.value:
        if _text(entry, "property") == "dropColumns" and (found := _at(entry, "value")).flow_style and found.value:
            last = found.value[-1].end_mark.index
            yield last, last, f", {write.value(name)}"
            return
    line = [f"      - {{property: dropColumns, value: {write.value([name])}}}"]
    yield _after(custom.value[-1], text, _indented(line, _dash(custom)))


def _at(node: Any, *path: str | int) -> Any:
    """The node at the end of a path, or None."""
    for part in path:
        if node is None:
            return None
        if isinstance(part, int):
            node = node.value[part] if part < len(node.value) else None
        else:
            node = next((value for key, value in node.value if key.value == part), None)
    return node


def _text(node: Any, key: str) -> str | None:
    found = _at(node, key)
    return None if found is None else str(found.value)


def _scalar(node: Any, text: str) -> Edit:
    return node.start_mark.index, node.end_mark.index, text


def _set(node: Any, key: str, text: str) -> Edit:
    """A key of a column with a new value; one that is not there goes after the name."""
    found = _at(node, key)
    if found is not None:
        return _scalar(found, text)
    end = _at(node, "name").end_mark.index
    lead = ", " if node.flow_style else "\n" + " " * node.start_mark.column
    return end, end, f"{lead}{key}: {text}"


def _lines_of(first: Any, text: str, last: Any = None) -> tuple[int, int]:
    """The whole lines of a node; comments at its end belong to what follows."""
    begin = text.rfind("\n", 0, first.start_mark.index) + 1
    end = (last or first).end_mark.index
    if end < len(text) and (end == 0 or text[end - 1] != "\n") and text[begin:end].strip():
        line_end = text.find("\n", end)
        is_inside = text[text.rfind("\n", 0, end) + 1 : end].strip()
        end = (line_end + 1 if line_end >= 0 else len(text)) if is_inside else text.rfind("\n", 0, end) + 1
    lines = text[begin:end].splitlines(keepends=True)
    while len(lines) > 1 and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
        end -= len(lines.pop())
    return begin, end


def _after(node: Any, text: str, addition: str) -> Edit:
    _, end = _lines_of(node, text)
    return end, end, addition


def _dash(sequence: Any) -> int:
    return int(sequence.start_mark.column)


def _indented(lines: list[str], column: int) -> str:
    return "".join(" " * column + line[INDENT:] + "\n" for line in lines)


def _applied(text: str, edits: list[Edit]) -> str:
    for begin, end, addition in sorted(edits, key=lambda edit: edit[0], reverse=True):
        text = text[:begin] + addition + text[end:]
    return text


def _checked(contract: Contract, text: str) -> Contract:
    """The new contract as landing would read it; nothing is written before."""
    with TemporaryDirectory(prefix="ghala-") as scratch:
        file = Path(scratch) / contract.source / contract.file.name
        file.parent.mkdir()
        file.write_text(text, encoding="utf-8")
        try:
            changed = load_contract(file)
            reasons_of(changed)
        except ConfigError as error:
            what = error.what.replace(scratch, "…")
            remedy = f"change {contract.file} by hand, then run `ghala contract check`"
            raise ConfigError(
                f"the change cannot be accepted as a whole: {what}", str(contract.file), remedy
            ) from error
        return changed
