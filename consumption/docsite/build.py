"""Building the site: mkdocs in strict mode, dbt's own page beside it, and a look at every link."""

import logging
import shutil
from pathlib import Path

from consumption.docsite.check import faults
from consumption.docsite.content import DBT_PAGE, DBT_SOURCE
from orchestration.config import Settings
from orchestration.errors import GhalaError

SHOWN = 10  # faults that an error names


def build(settings: Settings) -> Path:
    """Write the site to $GHALA_HOME/site; returns its first page.

    Raises GhalaError when mkdocs warns, a link leads nowhere, or a page loads anything from another host.
    """
    try:
        from mkdocs.commands.build import build as write  # noqa: PLC0415
        from mkdocs.config import load_config  # noqa: PLC0415
        from mkdocs.exceptions import MkDocsException  # noqa: PLC0415
    except ImportError as error:
        raise GhalaError("mkdocs is not installed", "the environment", "install it: make docs") from error
    file, site = settings.project / "mkdocs.yml", settings.home / "site"
    if not file.is_file():
        raise GhalaError("this project has no site", str(file), "unset GHALA_PROJECT: the site is that of Ghala itself")
    said = _Said()
    logger = logging.getLogger("mkdocs")
    logger.addHandler(said)
    try:
        config = load_config(str(file), site_dir=str(site))
        config.extra["settings"] = settings
        write(config)
    except MkDocsException as error:
        raise GhalaError(f"the site was not built: {error}", str(file), "correct the page or mkdocs.yml") from error
    finally:
        logger.removeHandler(said)
    page = settings.home / "target" / DBT_SOURCE
    if page.is_file():
        shutil.copyfile(page, site / DBT_PAGE)
    if found := [*said.warnings, *faults(site, {DBT_PAGE})]:
        more = [f"… {len(found) - SHOWN} more"] if len(found) > SHOWN else []
        raise GhalaError(
            "\n".join(["the site has faults", *found[:SHOWN], *more]), str(site), "correct what they name in docs/"
        )
    return site / "index.html"


class _Said(logging.Handler):
    """Collects what mkdocs warns of: an error of its strict mode says only how many there were."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.warnings: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.warnings.append(record.getMessage().replace("\n", " "))
