"""The command line: help with examples, exit codes, errors on one screen, and what each command prints."""

import csv
import io
import json
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from orchestration.cli.errors import lines, report
from orchestration.cli.main import _typer
from orchestration.cli.read import Format, write_answer
from orchestration.cli.work import add_key
from orchestration.errors import ConfigError, GateError, GhalaError
from orchestration.ingest import manifest
from orchestration.run import RunReport
from orchestration.serving import ask
from tests.python.publish.toy import Toy

Original = tuple[Toy, RunReport]


def paths(command: object, prefix: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every command with its groups: ("run",), ("contract", "check"), …"""
    nested = getattr(command, "commands", None)
    if nested is None:
        return [prefix]
    return [path for name, child in nested.items() for path in paths(child, (*prefix, name))]


COMMANDS = paths(typer.main.get_command(_typer))


def test_all_commands_are_there() -> None:
    names = {" ".join(path) for path in COMMANDS}
    assert names == {
        "init", "ingest", "build", "run", "metric", "mcp", "api", "publish", "versions", "rollback", "query", "status",
        "erase", "keys rotate", "verify",
        "pin", "unpin", "dashboard", "diff", "vacuum", "candidate build", "candidate drop",
        "contract infer", "contract check", "contract diff", "contract accept", "contract export", "docs",
        "governance", "alerts list", "alerts send", "alerts test", "alerts mute",
        "quarantine list", "quarantine show", "quarantine replay", "snapshots rebuild", "export parquet",
    }  # fmt: skip


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_help_says_what_a_command_does_and_shows_an_example(path: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(_typer, [*path, "--help"], prog_name="ghala")
    text = " ".join(shown.output.split())
    assert shown.exit_code == 0
    assert f"Example: ghala {' '.join(path)}" in text


def test_help_and_query_import_nothing_heavy(original: Original) -> None:
    script = (
        "import sys\nfrom orchestration.cli import app\n"
        "try:\n    app()\nexcept SystemExit:\n    pass\n"
        "heavy = {'dagster', 'dbt', 'polars', 'pyarrow', 'pandas'} & set(sys.modules)\nsys.exit(len(heavy))"
    )
    for arguments in (["--help"], ["query", "select 1"]):
        environment = {**original[0].environment, "PATH": ""}
        done = subprocess.run(
            [sys.executable, "-c", script, *arguments], env=environment, check=False, capture_output=True
        )
        assert done.returncode == 0, arguments


def test_usage_errors_exit_with_2(original: Original) -> None:
    toy = original[0]
    assert toy.ghala("build", "--no-such-option").returncode == 2
    assert toy.ghala("ingest", "--date", "2026-02-30").returncode == 2
    nowhere = toy.ghala("run", GHALA_PROJECT="/nowhere")
    assert nowhere.returncode == 2
    assert "GHALA_PROJECT" in nowhere.stderr
    unknown = toy.ghala("ingest", "shop.nothing")
    assert unknown.returncode == 2
    assert "shop.sales" in unknown.stderr


def test_a_gate_exits_with_1_and_tells_what_where_and_next(toy: Toy) -> None:
    blocked = toy.ghala("ingest", "shop.sales", "--date", "2026-03-03")
    assert blocked.returncode == 1
    assert [line[:6] for line in blocked.stderr.splitlines()] == ["error ", "where ", "next  "]
    assert "Traceback" not in blocked.stderr


def test_a_clock_that_is_far_ahead_of_what_has_landed_is_not_believed(toy: Toy) -> None:
    day = str(toy.sell(1))
    assert toy.ghala("ingest", "--to", day).returncode == 0
    landed = manifest.read(toy.home)
    for command in ("run", "ingest"):
        asked = toy.ghala(command)
        assert asked.returncode == 2
        assert f"the newest day that has landed is {day}" in " ".join(asked.stderr.split())
        assert "ghala run --to" in asked.stderr
    assert manifest.read(toy.home) == landed != []


def test_a_broken_contract_exits_with_2(toy: Toy) -> None:
    file = toy.project / "contracts/shop/sales.odcs.yaml"
    file.write_text(file.read_text().replace("required: true", "requird: true"))
    broken = toy.ghala("contract", "check")
    assert broken.returncode == 2
    assert "requird" in broken.stderr
    assert "sales.odcs.yaml" in broken.stderr


def test_an_error_fits_one_screen() -> None:
    long = GhalaError("\n".join(f"line {n}" for n in range(100)), "here", "do this")
    shown = [line.plain for line in lines(long)]
    assert len(shown) <= 22
    assert shown[0] == "error line 0"
    assert "more lines" in shown[-3]


def test_exit_codes_follow_the_kind_of_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GHALA_HOME", str(tmp_path))
    assert report(ConfigError("a", "b", "c")) == 2
    assert report(GateError("a", "b", "c")) == 1
    assert report(ValueError("unforeseen")) == 1
    (log,) = (tmp_path / "logs").iterdir()
    assert "ValueError: unforeseen" in log.read_text()


def test_a_full_disk_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert report(OSError(28, "No space left on device", "/data/x")) == 1
    assert "the disk is full" in capsys.readouterr().err


def test_query_answers_in_three_formats(original: Original) -> None:
    toy = original[0]
    sql = "select sku, sum(amount) as sales, max(business_date) as last from fct_sales group by all order by all"
    assert toy.ghala("query", sql, "--format", "csv").stdout.splitlines()[:2] == [
        "sku,sales,last",
        "sku0,2.00,2026-03-02",
    ]
    (first, *_) = json.loads(toy.ghala("query", sql, "--format", "json").stdout)
    assert first == {"sku": "sku0", "sales": 2.0, "last": "2026-03-02"}
    assert "3 rows" in toy.ghala("query", sql).stdout


def test_csv_gives_values_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [("=1+1", "-2"), ('two\n"lines"', "@x, y")]  # the dashboards save them for spreadsheets
    write_answer(["a", "b"], rows, Format.CSV)
    assert list(csv.reader(io.StringIO(capsys.readouterr().out))) == [["a", "b"], *map(list, rows)]


@pytest.mark.parametrize(
    "sql",
    [
        "copy (select 1) to '{folder}/x.csv'",
        "select * from read_csv('/etc/passwd')",
        "attach '{folder}/other.duckdb'",
        "set enable_external_access = true",
        "set memory_limit = '1TB'",
        "delete from fct_sales",
        "create table x as select 1",
        "select * from nowhere",
        "selec 1",
    ],
)
def test_query_only_reads_the_published_version(original: Original, tmp_path: Path, sql: str) -> None:
    with pytest.raises(ConfigError):
        ask(original[0].home / "serving", sql.format(folder=tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_query_without_a_publication_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(GhalaError, match="nothing is published yet"):
        ask(tmp_path, "select 1")


def test_status_and_versions_say_what_readers_see(original: Original) -> None:
    toy = original[0]
    status = json.loads(toy.ghala("status", "--json").stdout)
    assert status["version"]["is_current"]
    assert status["sources"][0]["table"] == "shop.sales"
    assert status["sources"][0]["through"] == "2026-03-02"
    assert status["version"]["version"] in toy.ghala("versions").stdout


def test_run_prints_a_summary_that_fits_eighty_columns(toy: Toy) -> None:
    toy.sell(2, (1, "no amount"))
    done = toy.ghala("run", "--to", "2026-03-03", COLUMNS="80")
    assert done.returncode == 0, done.stderr
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "…" not in done.stdout
    for text in ("shop.sales", "marts.fct_sales", "1 schema, keys, types", "Sales by product", "ghala query"):
        assert text in done.stdout
    assert re.search(r"shop\.sales\s+1\s+6\s+1\s+2026-03-03", done.stdout)
    assert "build: 12 of 12" in done.stderr


def test_quarantine_shows_the_original_values(toy: Toy) -> None:
    toy.sell(2, (1, "no amount"))
    assert toy.ghala("ingest", "--to", "2026-03-03").returncode == 0
    listed = toy.ghala("quarantine", "list").stdout
    assert re.search(r"3\s+1\s+shop\.sales\s+2026-03-03\s+amount_type 1", listed)
    assert "no amount" in toy.ghala("quarantine", "show", "3").stdout


def test_init_makes_a_key_once_for_the_owner_only(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("GHALA_WMS_DIR=/somewhere\n")
    assert add_key(file)
    text = file.read_text()
    assert text.startswith("GHALA_WMS_DIR=/somewhere\nGHALA_HMAC_KEY=")
    assert len(text.split("GHALA_HMAC_KEY=")[1].strip()) == 64
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not add_key(file)
    assert file.read_text() == text


def test_generated_files_are_checked_and_written(toy: Toy) -> None:
    assert toy.ghala("contract", "export", "--check").returncode == 1
    assert toy.ghala("contract", "export").returncode == 0
    assert toy.ghala("contract", "export", "--check").returncode == 0
