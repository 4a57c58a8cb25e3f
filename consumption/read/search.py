"""Search of what is written about the data: dictionary, cookbook, runbooks, tutorials, decisions."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

FOLDERS = ("dictionary", "cookbook", "runbooks", "tutorials", "metrics", "adr", ".")
WORD = re.compile(r"[a-z0-9]+")
HEADING = re.compile(r"^#{1,3} +(.*)$", re.MULTILINE)
K1, B = 1.2, 0.75  # of BM25, the values that its authors and most engines use
TITLE = 3  # a word of a title says what the text is about: it counts as so many
LONGEST = 700  # characters of a passage that are shown


@dataclass(frozen=True)
class Passage:
    """A section of a document."""

    path: str
    title: str
    text: str
    words: Counter[str]


def search(docs: Path, question: str, limit: int = 5) -> list[dict[str, Any]]:
    """The passages of the documents that fit a question best, best first (BM25)."""
    passages = _passages(docs)
    wanted = set(WORD.findall(question.lower()))
    average = sum(sum(one.words.values()) for one in passages) / (len(passages) or 1)
    weights = {word: _weight(sum(word in one.words for one in passages), len(passages)) for word in wanted}
    scored = [(sum(_score(one, word, weights[word], average) for word in wanted), one) for one in passages]
    best = sorted((pair for pair in scored if pair[0] > 0), key=lambda pair: (-pair[0], pair[1].path, pair[1].title))
    return [
        {"path": one.path, "title": one.title, "score": round(score, 2), "text": _shown(one.text)}
        for score, one in best[:limit]
    ]


def documents(docs: Path) -> list[Path]:
    """Every document, by path."""
    found = {file for name in FOLDERS for suffix in ("md", "sql") for file in (docs / name).glob(f"*.{suffix}")}
    return sorted(file.resolve() for file in found)


@lru_cache(maxsize=1)
def _passages(docs: Path) -> Sequence[Passage]:
    return [one for file in documents(docs) for one in _sections(file, str(file.relative_to(docs.resolve().parent)))]


def _sections(file: Path, path: str) -> Iterator[Passage]:
    """A Markdown file by its headings; a query as a whole."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".sql":
        yield _passage(path, file.stem.replace("_", " "), text)
        return
    marks = [*HEADING.finditer(text)]
    top = marks[0][1] if marks else file.stem
    for index, mark in enumerate(marks):
        end = marks[index + 1].start() if index + 1 < len(marks) else len(text)
        title = mark[1] if index == 0 else f"{top}: {mark[1]}"
        yield _passage(path, title, text[mark.end() : end].strip())


def _passage(path: str, title: str, text: str) -> Passage:
    words = Counter(WORD.findall(text.lower()))
    for word in WORD.findall(title.lower()):
        words[word] += TITLE
    return Passage(path, title, text, words)


def _weight(documents_with: int, total: int) -> float:
    return math.log(1 + (total - documents_with + 0.5) / (documents_with + 0.5))


def _score(passage: Passage, word: str, weight: float, average: float) -> float:
    often = passage.words.get(word, 0)
    length = sum(passage.words.values()) / (average or 1)
    return weight * often * (K1 + 1) / (often + K1 * (1 - B + B * length))


def _shown(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST] + " …"
