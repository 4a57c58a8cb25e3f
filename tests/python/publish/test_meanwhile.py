"""What others do while Ghala publishes, or while it lists what was published."""

from pathlib import Path

import duckdb
import pytest

from orchestration import publish_files as files
from orchestration.errors import GhalaError
from orchestration.publish import publish, versions
from tests.python.publish.fixtures import active
from tests.python.publish.test_publish import as_if_loaded, sales
from tests.python.publish.toy import Toy


def test_a_star_that_changes_while_it_is_copied_is_refused(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = files.copy

    def and_write(source: Path, target: Path) -> str:
        how = copy(source, target)
        with duckdb.connect(str(source)) as star:
            star.execute("delete from marts.fct_sales")
        return how

    monkeypatch.setattr(files, "copy", and_write)
    with active(toy) as config:
        as_if_loaded(config)
        with pytest.raises(GhalaError, match=r"star\.duckdb was changed"):
            publish(config)
        assert len(versions(config)) == 1
        assert list(config.serving.glob(".*")) == []
    assert sales(toy) == 5


def test_a_version_that_goes_while_the_list_is_made_is_left_out(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = files.versions

    def and_forget(serving: Path) -> list[str]:
        found = listed(serving)
        files.forget(serving, found[-1])
        return found

    with active(toy) as config:
        as_if_loaded(config)
        new = publish(config).version
        monkeypatch.setattr(files, "versions", and_forget)
        assert [version.version for version in versions(config)] == [new]
