"""dbt's manifest as a dictionary, parsed anew only when a file of the project has changed."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from orchestration.config import REPOSITORY, Settings
from orchestration.dbt.arguments import command, profiles_folder
from orchestration.dbt.runner import invoke
from orchestration.progress import Tell, silent

SUFFIXES = frozenset({".sql", ".yml", ".yaml", ".csv", ".md"})
FOLDERS = ("models", "macros", "seeds", "snapshots", "tests/generic", "tests/singular")


def project_files(project: Path) -> list[Path]:
    """Every file that dbt's manifest depends on, sorted; an example shares the macros of the repository."""
    folders = {*(project / name for name in FOLDERS), REPOSITORY / "macros"}
    found = [file for folder in folders for file in folder.rglob("*") if file.suffix in SUFFIXES]
    singles = [project / "dbt_project.yml", project / "selectors.yml", profiles_folder(project) / "profiles.yml"]
    return sorted(found + [file for file in singles if file.is_file()])


def fingerprint(files: Iterable[Path]) -> str:
    """A hash over names, sizes and times of change: equal means that nothing was edited, added or removed."""
    digest = hashlib.sha256()
    for file in files:
        facts = file.stat()
        digest.update(f"{file}|{facts.st_size}|{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def written(settings: Settings) -> dict[str, Any]:
    """The manifest that the last dbt command has left, as it is. Raises FileNotFoundError before the first."""
    return _read(settings, "manifest")


def load(settings: Settings, tell: Tell = silent) -> dict[str, Any]:
    """The manifest of the project as it is now. Raises GhalaError when the project does not parse."""
    return _of_now(settings, "manifest", tell)


def semantic(settings: Settings, tell: Tell = silent) -> dict[str, Any]:
    """The semantic models and metrics of the project as it is now; raises as `load` does."""
    return _of_now(settings, "semantic_manifest", tell)


def _of_now(settings: Settings, name: str, tell: Tell) -> dict[str, Any]:
    stamp = settings.home / "target" / ".ghala-inputs"
    now = fingerprint(project_files(settings.project))
    if stamp.is_file() and stamp.read_text() == now:
        try:
            return _read(settings, name)
        except (FileNotFoundError, ValueError):  # dbt writes it in place: killed meanwhile, it leaves a part of it
            stamp.unlink()
    invoke(settings, command(settings, "parse"), tell, "parse", anew=True)
    stamp.write_text(now)
    return _read(settings, name)


def _read(settings: Settings, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((settings.home / "target" / f"{name}.json").read_text())
    return found
