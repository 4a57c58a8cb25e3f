"""python -m consumption.cookbook: draw docs/cookbook/images anew, from the version that is published now."""

import sys
from pathlib import Path

from consumption.charts.svg import alone
from consumption.cookbook.pictures import picture
from consumption.cookbook.questions import FOLDER, answers
from orchestration.cli.errors import report
from orchestration.config import Settings, settings
from orchestration.errors import GhalaError

IMAGES = FOLDER / "images"


def draw(config: Settings) -> list[Path]:
    """Write a picture per question that has an answer; returns the files."""
    folder = config.project / IMAGES
    folder.mkdir(exist_ok=True)
    written = []
    for answer in answers(config.project, config.serving):
        if drawn := picture(answer):
            file = folder / f"{answer.question.name}.svg"
            file.write_text(alone(drawn), encoding="utf-8")
            written.append(file)
    return written


def main() -> None:
    """Draw, and say how many."""
    try:
        sys.stdout.write(f"{len(draw(settings()))} pictures in {IMAGES}\n")
    except GhalaError as error:
        sys.exit(report(error))


if __name__ == "__main__":
    main()
