"""Pages of the site that are made from the project and the published version."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from consumption.charts.numbers import cell
from consumption.cookbook.questions import Answer, Question
from orchestration.ingest.model import Contract

MART = re.compile(r"\b(?:from|join) ((?:agg|dim|fct|feat|mart)_\w+)")
VIEW = re.compile(r'viewBox="0 0 ([\d.]+)')
SMALLEST = 0.72  # of its own size: letters of 11 pixels are then 8 high
FEW = 10  # rows of an answer that a page shows
NUMBERS = (int, float, Decimal)


def framed(drawing: str) -> str:
    """An SVG element inside Markdown: never larger than drawn, and where it would get too small to read it scrolls."""
    width = float(VIEW.search(drawing)[1])  # type: ignore[index]  # each drawing has one
    style = f'style="max-width:{width:.0f}px;min-width:{width * SMALLEST:.0f}px"'
    return f'<div class="gc-wrap">{drawing.replace("<svg ", f"<svg {style} ", 1)}</div>'


def question_page(question: Question, answer: Answer | None, drawing: str) -> str:
    """A page of the cookbook; without an answer it shows the picture of the simulated retailer alone."""
    lines = [f"# {question.question}", "", f"**Decision:** {plain(question.decision)}", ""]
    lines += [framed(drawing), ""] if drawing else ["Today the answer has no rows: there is nothing to decide.", ""]
    if answer is None:
        lines += ["The picture is that of the simulated retailer: nothing is published here yet (`make run`).", ""]
    lines += ["## How to read it", "", plain(sentence(question.reading)), ""]
    if answer and answer.rows:
        shown = min(FEW, len(answer.rows))
        which = f"The first {shown} of {len(answer.rows)} rows" if shown < len(answer.rows) else "All rows"
        lines += ["## Answer", "", f"{which}, as of {answer.closed_day}, version `{answer.version}`.", ""]
        lines += [*rows_table(answer.columns, answer.rows[:FEW]), ""]
    lines += ["## SQL", "", "```sql", question.sql.rstrip(), "```", ""]
    lines += ["```console", f'$ ghala query "$(cat docs/cookbook/{question.name}.sql)"', "```", ""]
    marts = sorted(set(MART.findall(question.sql)))
    lines += ["Made from " + ", ".join(f"[{mart}](../dictionary/{mart}.md)" for mart in marts) + ".", ""]
    return "\n".join(lines)


def rows_table(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Lines of a Markdown table; numbers stand right."""
    right = [
        any(isinstance(row[name], NUMBERS) and not isinstance(row[name], bool) for row in rows) for name in columns
    ]
    head = "| " + " | ".join(f"`{name}`" for name in columns) + " |"
    rule = "| " + " | ".join("---:" if side else "---" for side in right) + " |"
    return [head, rule, *("| " + " | ".join(plain(cell(row[name], name)) for name in columns) + " |" for row in rows)]


def sentence(content: str) -> str:
    """A text with a capital, unless it begins with the name of a column."""
    return content if "_" in content.split(maxsplit=1)[0] else content[0].upper() + content[1:]


def plain(content: str) -> str:
    """Text that Markdown and HTML show as it is."""
    escaped = content.replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"([\\`*_\[\]|])", r"\\\1", escaped)


def gallery(drawings: Mapping[str, str]) -> str:
    """All pictures of the cookbook, small, each leading to its page (by name)."""
    parts = [f'<a href="{name}.html">{drawing}</a>' for name, drawing in drawings.items() if drawing]
    return f'<div class="gallery">{"".join(parts)}</div>'


def contracts_page(contracts: Iterable[Contract]) -> str:
    """All contracts by connection, each leading to the page for its owner."""
    lines = [
        "# Contracts",
        "",
        "One contract for each source table: types, rules, owner, service level. Its page is for the owner of the",
        "source; the contract itself is in the folder `contracts` of the project.",
        "",
    ]
    for contract in sorted(contracts, key=lambda contract: contract.key):
        source, table = contract.key.split(".")
        if f"## {source}" not in lines:
            lines += ["", f"## {source}", "", "| table | owner | what |", "| --- | --- | --- |"]
        what = plain(" ".join((contract.description or "").split()))
        lines.append(f"| [{table}](contracts/{source}/{table}.html) | {contract.owner} | {what} |")
    return "\n".join([*lines, ""])


def lineage_page(marts: Sequence[str], drawings: Sequence[str], dbt: str | None) -> str:
    """The page of the lineage; `dbt` is the file of dbt's own pages, if they were made."""
    lines = [
        "# Lineage",
        "",
        "From the source systems to the marts; the thicker a line, the more tables it stands for.",
        "",
        drawings[0],
        "",
    ]
    lines += ["## What each mart is made of", "", drawings[1], "", "## Mart by mart", ""]
    lines += ["The picture of each mart is on its page, with every model on the way and who reads it:", ""]
    lines += [", ".join(f"[{mart}](dictionary/{mart}.md#lineage)" for mart in marts) + ".", ""]
    if dbt:
        lines += [
            "## Model by model",
            "",
            f'<a href="{dbt}">dbt\'s own pages</a> hold each model with its SQL and tests, and the whole graph.',
            "",
        ]
    return "\n".join(lines)
