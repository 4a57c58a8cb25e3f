"""What is committed is what the metrics mean: glossary and models of saved queries; and versions keep theirs."""

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from consumption.metrics import catalogue, export, glossary, query
from orchestration import publish, publish_files, state
from orchestration.cli import app
from orchestration.config import REPOSITORY, Settings

ByHand = Callable[[str], list[tuple[Any, ...]]]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def ghala(world: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Type a command: exit code, output, errors."""
    monkeypatch.setenv("GHALA_HOME", str(world.home))

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["ghala", *words])
        with pytest.raises(SystemExit) as ended:
            app()
        shown = capsys.readouterr()
        return int(ended.value.code or 0), shown.out, shown.err

    return run


def test_the_committed_glossary_is_the_present_one(semantic: dict[str, Any]) -> None:
    committed = (REPOSITORY / glossary.PAGE).read_text()
    assert committed == glossary.render(semantic), "write it again: ghala docs"


def test_the_committed_saved_queries_are_what_metricflow_writes(semantic: dict[str, Any], tmp_path: Path) -> None:
    texts = export.files(semantic)
    assert len(texts) == 2 * len(semantic["saved_queries"]) == 8
    assert export.stale(REPOSITORY, texts) == [], "write them again: ghala metric export"
    (tmp_path / export.FOLDER).mkdir(parents=True)
    assert export.write(tmp_path, texts) == sorted(texts)
    (tmp_path / export.FOLDER / "mart_gone.sql").write_text("select 1")
    (tmp_path / export.FOLDER / "mart_weekly_service.sql").write_text("edited by hand")
    stale = [path.name for path in export.stale(tmp_path, texts)]
    assert stale == ["mart_gone.sql", "mart_weekly_service.sql"]


def test_a_saved_query_holds_what_its_metrics_say(world: Settings, by_hand: ByHand, semantic: dict[str, Any]) -> None:
    for saved in semantic["saved_queries"]:
        rows = by_hand(f"select * from marts.{saved['name']} order by all")
        columns = [name for (name,) in by_hand(f"select column_name from (describe marts.{saved['name']})")]
        answer = query(world, columns[2:], columns[1:2], columns[0])
        expected = sorted((row for row in answer.rows), key=lambda row: row[:2])
        assert [row[:2] for row in rows] == [row[:2] for row in expected] != []
        for mine, theirs in zip(rows, expected, strict=True):
            assert [_number(value) for value in mine[2:]] == pytest.approx([_number(value) for value in theirs[2:]])


def _number(value: Any) -> float:
    return float("-inf") if value is None else float(value)


def test_a_version_keeps_its_metrics_and_loses_them_with_itself(world: Settings) -> None:
    published = publish_files.versions(world.serving)
    assert len(published) == 2
    kept = {file.name for file in (world.home / "state").glob("semantic-*")}
    assert kept == {f"semantic-{version}.json.gz" for version in published}
    assert state.orphans(world.home, published) == []
    orphans = {file.name.split("-")[0] for file in state.orphans(world.home, published[:1])}
    assert orphans == {"manifest", "semantic"}


def test_a_rollback_brings_back_the_metrics_of_its_version(world: Settings, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(world.home / "serving", home / "serving", symlinks=True)
    shutil.copytree(world.home / "state", home / "state")
    mine = Settings(home=home, project=REPOSITORY, start_date=None)
    older = publish_files.versions(mine.serving)[1]
    assert len(catalogue(mine)) > 30
    publish.rollback(mine)
    state.semantic_file_of(home, older).unlink()
    with pytest.raises(Exception, match=f"version {older} was published without its metrics"):
        catalogue(mine)


def test_the_command_of_the_issue(ghala: Run, world: Settings) -> None:
    code, shown, _ = ghala("metric", "otif", "--by", "warehouse", "--grain", "week", "--format", "json")
    rows = [tuple(record.values()) for record in json.loads(shown)]
    assert code == 0
    assert rows == [(str(row[0]), *row[1:]) for row in query(world, ["otif"], ["warehouse"], "week").rows]
    code, shown, _ = ghala("metric", "otif", "gross_sales", "--by", "channel", "--limit", "2", "--format", "csv")
    assert [line[0] for line in csv.reader(io.StringIO(shown))] == ["channel", "app", "till"]
    code, shown, _ = ghala("metric", "otif", "--explain")
    assert shown.lstrip("-").lower().count("select") > 1


def test_the_command_lists_shows_and_suggests(ghala: Run) -> None:
    code, shown, _ = ghala("metric", "list", "--format", "csv")
    assert (code, "service,otif,On time in full,ratio,sales-data" in shown) == (0, True)
    code, shown, _ = ghala("metric", "show", "otif")
    assert (code, "sum(in_full * on_time) / sum(is_delivered)" in shown) == (0, True)
    code, _, errors = ghala("metric", "perfect_ordr", "--by", "warehouse")
    assert (code, "did you mean perfect_order" in errors) == (2, True)
    assert ghala("metric", "show")[0] == 2
    assert ghala("metric", "otif", "--where", "1 = 1; drop table x")[0] == 2
