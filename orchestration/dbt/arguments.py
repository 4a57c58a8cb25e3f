"""What dbt is asked to do, decided by pure functions. No per-run `--vars`: any change of them forces a full parse."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.config import REPOSITORY, Settings


@dataclass(frozen=True)
class BuildRequest:
    """What to build: everything, or dbt selections; `full_refresh` rebuilds incremental models from bronze."""

    select: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    full_refresh: bool = False

    @property
    def complete(self) -> bool:
        """Only a build of everything may be published."""
        return not (self.select or self.exclude)


def profiles_folder(project: Path) -> Path:
    """The folder of profiles.yml: the project's own, else Ghala's, so that an example needs none."""
    own = project / "profiles"
    return own if (own / "profiles.yml").is_file() else REPOSITORY / "profiles"


def home_for_dbt(given: str | None, home: Path, project: Path) -> str | None:
    """GHALA_HOME as dbt must see it, or None to leave the variable as the user set it.

    dbt reads a relative path from the project's folder, and parses everything anew when the text of the
    variable changes; so the text is replaced only where it would mean another folder.
    """
    meant = (project / (given or "data")).resolve()
    return None if meant == home.resolve() else str(home)


def common(settings: Settings, folder: Path | None = None) -> list[str]:
    """Options that every command shares; what dbt writes stays below GHALA_HOME, or below a folder of it."""
    return [
        "--project-dir",
        str(settings.project),
        "--profiles-dir",
        str(profiles_folder(settings.project)),
        "--target-path",
        str((folder or settings.home) / "target"),
        "--log-path",
        str((folder or settings.home) / "logs"),
    ]


def command(settings: Settings, *words: str, folder: Path | None = None) -> list[str]:
    """A whole dbt command line: silent on the terminal (callbacks tell what happens), a log file in logs/."""
    flags = ["--log-level", "none", "--log-level-file", "info", "--no-use-colors", "--no-send-anonymous-usage-stats"]
    return [*flags, *words, *common(settings, folder)]


def build(settings: Settings, request: BuildRequest) -> list[str]:
    """`dbt build` for a request, without unit tests: no load changes what they test (`make test` runs them)."""
    words = ["build", "--exclude-resource-type", "unit_test"]
    words += _option("--select", request.select) + _option("--exclude", request.exclude)
    if request.full_refresh:
        words.append("--full-refresh")
    return command(settings, *words)


def _option(name: str, values: Sequence[str]) -> list[str]:
    return [name, *values] if values else []
