"""What the page of a question says of its tables."""

import re
from pathlib import Path

import pytest

from consumption.cookbook.questions import Question, questions
from consumption.docsite.pages import question_page

ROOT = Path(__file__).parents[4]
DICTIONARY = {page.stem for page in (ROOT / "docs" / "dictionary").glob("*.md")}


@pytest.mark.parametrize("question", questions(ROOT), ids=lambda question: question.name)
def test_a_page_leads_to_every_mart_that_its_question_reads(question: Question) -> None:
    [made_from] = [line for line in question_page(question, None, "").splitlines() if line.startswith("Made from")]
    read = set(re.findall(r"\w+", question.sql)) & DICTIONARY
    assert read
    assert set(re.findall(r"\(\.\./dictionary/(\w+)\.md\)", made_from)) == read
