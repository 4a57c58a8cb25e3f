"""A filter of a person, written anew from its syntax tree: only comparisons of dimensions with constants get through.

MetricFlow takes a filter as a template (Jinja) inside of SQL. Text of a stranger must reach neither, so DuckDB's own
parser reads it, and what is written is made here: names of dimensions that are known, and constants that are quoted.
"""

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import duckdb

from orchestration.errors import ConfigError
from orchestration.quoting import literal

Node = Mapping[str, Any]
COMPARISONS = {
    "COMPARE_EQUAL": "=",
    "COMPARE_NOTEQUAL": "<>",
    "COMPARE_LESSTHAN": "<",
    "COMPARE_GREATERTHAN": ">",
    "COMPARE_LESSTHANOREQUALTO": "<=",
    "COMPARE_GREATERTHANOREQUALTO": ">=",
}
LISTS = {"COMPARE_IN": "in", "COMPARE_NOT_IN": "not in"}
LIKE = {"~~": "like", "!~~": "not like", "~~*": "ilike", "!~~*": "not ilike"}
NULLS = {"OPERATOR_IS_NULL": "is null", "OPERATOR_IS_NOT_NULL": "is not null"}
JOINED = {"CONJUNCTION_AND": " and ", "CONJUNCTION_OR": " or "}
CASTS = {"DATE", "BOOLEAN"}  # date '2026-01-31', true
LONGEST = 2000  # characters: DuckDB's parser is recursive, and nobody writes a longer filter by hand
DEEPEST = 30  # levels of brackets, for the recursion here
WHERE = "--where"


def render(text: str, reference: Callable[[str], str]) -> str:
    """The filter as a template; `reference` gives a dimension's reference by its name, or raises ConfigError."""
    if len(text) > LONGEST:
        raise _refused(f"it is longer than {LONGEST} characters")
    if any("\ud800" <= sign <= "\udfff" for sign in text):  # bytes of a terminal that are no UTF-8, or of JSON
        raise _refused("it holds half a character")
    return _write(_parsed(text), reference, 0)


def _parsed(text: str) -> Node:
    with duckdb.connect() as parser:
        answer = parser.execute("select json_serialize_sql(?)", [f"select 1 where ({text}\n)"]).fetchone()
    tree = json.loads(answer[0]) if answer else {"error": True}
    if tree["error"]:
        raise _refused(str(tree.get("error_message", "it does not parse")))
    node = tree["statements"][0]["node"]
    plain = node["type"] == "SELECT_NODE" and not node["modifiers"] and node["from_table"]["type"] == "EMPTY"
    rest = ("group_expressions", "having", "qualify", "sample")
    if len(tree["statements"]) != 1 or not plain or any(node[part] for part in rest):
        raise _refused("it is more than a condition")
    where: Node = node["where_clause"]
    return where


def _write(node: Node, reference: Callable[[str], str], depth: int) -> str:  # noqa: PLR0911  one line per kind
    if depth > DEEPEST:
        raise _refused(f"it is nested deeper than {DEEPEST} levels")

    def inner(child: Node) -> str:
        return _write(child, reference, depth + 1)

    kind = node["type"]
    if kind in JOINED:
        return "(" + JOINED[kind].join(map(inner, node["children"])) + ")"
    if kind == "OPERATOR_NOT":
        return f"(not {inner(node['children'][0])})"
    if kind in COMPARISONS:
        return f"({_value(node['left'], reference)} {COMPARISONS[kind]} {_value(node['right'], reference)})"
    if kind in LISTS:
        first, *others = (_value(child, reference) for child in node["children"])
        return f"({first} {LISTS[kind]} ({', '.join(others)}))"
    if kind in NULLS:
        return f"({_value(node['children'][0], reference)} {NULLS[kind]})"
    if kind == "COMPARE_BETWEEN":
        value, low, high = (_value(node[part], reference) for part in ("input", "lower", "upper"))
        return f"({value} between {low} and {high})"
    if kind == "FUNCTION" and node["function_name"] in LIKE and node["is_operator"]:
        value, pattern = (_value(child, reference) for child in node["children"])
        return f"({value} {LIKE[node['function_name']]} {pattern})"
    if node["class"] == "COLUMN_REF":
        return reference(".".join(node["column_names"]))
    raise _refused(f"it holds {_said(node)}, and only conditions are allowed")


def _value(node: Node, reference: Callable[[str], str]) -> str:
    if node["class"] == "COLUMN_REF":
        return reference(".".join(node["column_names"]))
    if node["class"] == "CONSTANT":
        return _constant(node["value"])
    is_cast = node["class"] == "CAST" and node["cast_type"]["id"] in CASTS and node["child"]["class"] == "CONSTANT"
    if is_cast:
        return f"cast({_constant(node['child']['value'])} as {node['cast_type']['id'].lower()})"
    raise _refused(f"it holds {_said(node)}, and only dimensions and constants are compared")


def _constant(value: Mapping[str, Any]) -> str:
    if value["is_null"]:
        raise _refused("nothing equals null; write: is null, is not null")
    found, type_ = value["value"], value["type"]
    if isinstance(found, str):
        if any(sign in found for sign in "{}"):
            raise _refused("braces are not allowed in a text")
        return literal(found)
    if type_["id"] == "DECIMAL":
        return str(Decimal(found).scaleb(-type_["type_info"]["scale"]))
    if isinstance(found, int | float):
        return repr(found)
    raise _refused(f"a constant of type {type_['id'].lower()} is not allowed")


def _said(node: Node) -> str:
    name = f" {node['function_name']}()" if node["class"] == "FUNCTION" else ""
    return f"a {node['class'].lower().replace('_', ' ')}{name}"


def _refused(why: str) -> ConfigError:
    return ConfigError(
        f"the filter is refused: {why}",
        WHERE,
        "write for example: category = 'Snacks' and warehouse in ('WH01', 'WH02')",
    )
