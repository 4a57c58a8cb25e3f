"""The allow-list: a query is one SELECT over published tables, its own CTEs and pure functions, or it is refused.

Judged is the tree that DuckDB's own parser makes (`json_serialize_sql`), so comments, quotes and odd spelling are
already understood as DuckDB will understand them. What is not known here is refused.
"""

import json
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import Any

from consumption.read.errors import ReadError, Reason
from consumption.read.functions import ALLOWED, CATALOG, ONLY_PUBLISHED, TABLE_FUNCTIONS, instead_of

SCHEMAS = ("marts", "ops")
WHERE = "the SQL of the query"
LONGEST = 20_000  # characters: forty screens; the parser's work grows with it
NODES = frozenset({"SELECT_NODE", "SET_OPERATION_NODE"})
RELATIONS = frozenset({"BASE_TABLE", "SUBQUERY", "JOIN", "TABLE_FUNCTION", "EMPTY", "EXPRESSION_LIST", "PIVOT"})
EXPRESSIONS = frozenset({"BETWEEN", "CASE", "CAST", "COLLATE", "COLUMN_REF", "COMPARISON", "CONJUNCTION", "CONSTANT"})
EXPRESSIONS |= {"FUNCTION", "LAMBDA", "LAMBDA_REF", "OPERATOR", "POSITIONAL_REFERENCE", "STAR", "SUBQUERY", "WINDOW"}
Names = frozenset[str]


def parsed(text: str) -> dict[str, Any]:
    """The tree of the one SELECT in what `json_serialize_sql` gave. Raises ReadError for anything else."""
    answer = json.loads(text)
    if answer.get("error"):
        if answer.get("error_type") == "not implemented":
            raise _refused("only a SELECT is answered", "begin with select or with; nothing can be changed here")
        raise _refused(
            f"the SQL does not parse: {answer.get('error_message')}{_position(answer)}",
            "the dialect is DuckDB's; write it anew",
        )
    statements = answer["statements"]
    if len(statements) != 1:
        raise _refused(f"{len(statements)} statements were sent, one is answered", "send them one by one")
    tree: dict[str, Any] = statements[0]
    return tree


def check(tree: Mapping[str, Any], relations: Collection[str]) -> None:
    """Raises ReadError naming the first thing in a statement that is not allowed.

    `relations`: the tables that may be read, as schema.table in lower case.
    """
    if tree.get("named_param_map"):
        raise _refused("parameters ($1, ?) have no values here", "write the values into the query")
    _walk(tree["node"], frozenset(), frozenset(relations))


def _walk(part: Any, ctes: Names, relations: Names) -> None:
    """Judge a part of the tree and all below it; `ctes` are the names of CTEs that hold there."""
    if isinstance(part, list):
        for one in part:
            _walk(one, ctes, relations)
    elif isinstance(part, dict):
        inner = _with_ctes(part, ctes, relations) if "cte_map" in part else ctes
        _judge(part, inner, relations)
        for key, value in part.items():
            if key != "cte_map" and isinstance(value, dict | list):
                _walk(value, inner, relations)


def _with_ctes(node: Mapping[str, Any], ctes: Names, relations: Names) -> Names:
    """The names that hold in a query: each CTE sees those before it, and itself only when it is recursive."""
    for entry in node["cte_map"]["map"]:
        name, query = _plain(entry["key"]), entry["value"]["query"]
        _walk(query, ctes, relations)
        ctes |= {name}
    return ctes


def _judge(part: Mapping[str, Any], ctes: Names, relations: Names) -> None:
    kind = part.get("type")
    if "function_name" in part:
        _function(part)
    if kind == "RECURSIVE_CTE_NODE":
        raise _refused("a recursive CTE is not offered", "for a series of days or numbers: range or generate_series")
    if "cte_map" in part:
        _known(kind, NODES, "query")
    elif "class" in part:
        _known(part["class"], EXPRESSIONS, "expression")
    elif "sample" in part:
        _relation(part, ctes, relations)


def _relation(part: Mapping[str, Any], ctes: Names, relations: Names) -> None:
    kind = part.get("type")
    if kind == "SHOW_REF":
        raise _refused("SHOW, DESCRIBE and SUMMARIZE are not answered here", "list_marts and describe say more")
    _known(kind, RELATIONS, "relation")
    if kind == "TABLE_FUNCTION":
        name = _plain(part["function"].get("function_name", ""))
        if name not in TABLE_FUNCTIONS:
            raise _unoffered(name, TABLE_FUNCTIONS)
    if kind == "BASE_TABLE":
        _table(part, ctes, relations)


def _table(part: Mapping[str, Any], ctes: Names, relations: Names) -> None:
    catalog, schema, table = (_plain(part[key]) for key in ("catalog_name", "schema_name", "table_name"))
    written = ".".join(name for name in (catalog, schema, table) if name)
    if part.get("at_clause"):
        raise _refused("AT reads another version of a table, which is not offered", "the newest version is served")
    if not catalog and not schema and (table in ctes or any(f"{name}.{table}" in relations for name in SCHEMAS)):
        return
    if not catalog and f"{schema}.{table}" in relations:
        return
    near = _nearest(table, [*(name.partition(".")[2] for name in relations), *ctes])
    advice = next((one for one in map(instead_of, (table, schema)) if one in (ONLY_PUBLISHED, CATALOG)), None)
    if not advice and (catalog or (schema and schema not in SCHEMAS) or any(sign in table for sign in "/\\.:*")):
        advice = ONLY_PUBLISHED
    if advice and not near:
        raise ReadError(Reason.REFUSED, f"{written} is not a published table", WHERE, advice)
    raise ReadError(Reason.UNKNOWN, f"there is no table {written}{near}", WHERE, "list_marts names all tables")


def _function(part: Mapping[str, Any]) -> None:
    name = _plain(part["function_name"])
    if _plain(part.get("schema", "")) not in ("", "main", "pg_catalog") or part.get("catalog"):
        raise _refused(f"the function {name} is called with a schema", "write its bare name")
    if name not in ALLOWED:
        raise _unoffered(name, ALLOWED)


def _unoffered(name: str, offered: Collection[str]) -> ReadError:
    advice = instead_of(name)
    near = "" if advice else _nearest(name, offered)
    return _refused(f"the function {name} is not offered{near}", advice or "docs/agents.md says which functions are")


def _known(kind: Any, allowed: Names, what: str) -> None:
    if kind not in allowed:
        raise _refused(f"this kind of {what} is not offered: {kind}", "write it as a plain SELECT")


def _plain(name: str) -> str:
    """A name as DuckDB compares it. One beyond ASCII is no name of ours: it could only look like one."""
    if not name.isascii():
        raise _refused(f"the name {name!r} has characters beyond ASCII", "type the name; quotes may be of another kind")
    return name.lower()


def _nearest(name: str, known: Collection[str]) -> str:
    found = get_close_matches(name, sorted(set(known)), n=2)
    return f"; did you mean {' or '.join(found)}?" if found else ""


def _position(answer: Mapping[str, Any]) -> str:
    return f" (at character {int(answer['position']) + 1})" if str(answer.get("position", "")).isdecimal() else ""


def _refused(what: str, next_step: str) -> ReadError:
    return ReadError(Reason.REFUSED, what, WHERE, next_step)
