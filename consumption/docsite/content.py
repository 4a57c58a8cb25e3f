"""Everything of the site that is no file in docs/: made from the project, its manifest and the published version."""

from dataclasses import dataclass, field
from pathlib import Path

from consumption.charts.svg import DARK, LIGHT, SHAPES
from consumption.cookbook.pictures import picture
from consumption.cookbook.questions import FOLDER, Answer, answers, questions
from consumption.docsite import house, lineage, pages
from consumption.docsite.links import inside
from orchestration.config import Settings
from orchestration.contracts import contracts_of
from orchestration.dbt import manifest
from orchestration.dictionary.collect import marts_of

DBT_SOURCE, DBT_PAGE = "static_index.html", "lineage-dbt.html"  # as `dbt docs generate --static` writes it; in the site
COLOURS = f"[data-md-color-scheme=default] .gc{{{LIGHT}}}[data-md-color-scheme=slate] .gc{{{DARK}}}{SHAPES}\n"


@dataclass
class Content:
    """Files by their path in docs, short titles of pages, and what is added to the end of a page."""

    files: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    appended: dict[str, str] = field(default_factory=dict)


def made(config: Settings) -> Content:
    """All of it. Raises GhalaError when a question does not fit the published version."""
    content = Content()
    content.files["assets/charts.css"] = COLOURS
    content.files["start.md"] = inside((config.project / "README.md").read_text(encoding="utf-8"), ".", "start.md")
    content.files["contracts.md"] = pages.contracts_page(contracts_of(config.contracts))
    _cookbook(config, content)
    _lineage(config, content)
    return content


def _cookbook(config: Settings, content: Content) -> None:
    published = (config.serving / "ghala.duckdb").exists()
    found: dict[str, Answer] = {}
    if published:
        found = {answer.question.name: answer for answer in answers(config.project, config.serving)}
    small: dict[str, str] = {}
    for question in questions(config.project):
        answer = found.get(question.name)
        drawing = picture(answer) if answer else _committed(config.project, question.name)
        path = f"cookbook/{question.name}.md"
        content.files[path] = pages.question_page(question, answer, drawing)
        content.titles[path] = f"{question.name[:2]} {question.name[3:].replace('_', ' ').capitalize()}"
        small[question.name] = drawing
    content.appended["cookbook/README.md"] = f"\n{pages.gallery(small)}\n"


def _lineage(config: Settings, content: Content) -> None:
    nodes = manifest.load(config)
    content.titles |= {"dictionary/index.md": "Overview", "dictionary/ops.md": "ops"}
    marts = lineage.marts(nodes)
    for key, relation in marts.items():
        drawing = pages.framed(lineage.picture(nodes, key))
        content.titles[f"dictionary/{relation}.md"] = relation
        content.appended[f"dictionary/{relation}.md"] = f"\n## Lineage\n\n{drawing}\n"
    published = marts_of(nodes, {contract.key: contract for contract in contracts_of(config.contracts)})
    bus = pages.framed(house.bus(published))
    content.appended["architecture/index.md"] = f"\n## The star\n\n{bus}\n"
    drawings = [pages.framed(drawn) for drawn in (house.flow(nodes), house.made_of(nodes))]
    dbt = DBT_PAGE if (config.home / "target" / DBT_SOURCE).is_file() else None
    content.files["lineage.md"] = pages.lineage_page(sorted(marts.values()), drawings, dbt)


def _committed(project: Path, name: str) -> str:
    from consumption.docsite.hooks import inline  # noqa: PLC0415

    file = project / FOLDER / "images" / f"{name}.svg"
    return inline(file.read_text(encoding="utf-8")) if file.is_file() else ""
