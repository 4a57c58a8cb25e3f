"""A file that cannot be read: the run goes on without it, says so, and takes it when it is repaired."""

import json
import re

from orchestration.summary import skipped_files
from tests.python.publish.fixtures import active, run_main_job
from tests.python.publish.toy import Toy


def test_a_skipped_file_is_told_and_lands_in_the_run_after_its_repair(toy: Toy) -> None:
    contract = toy.project / "contracts" / "shop" / "sales.odcs.yaml"
    contract.write_text(contract.read_text().replace("format: csv}", "format: csv, onBadFile: skip}"))
    day = toy.sell(2, (1, 2))
    file = toy.drop / f"{day}.csv"
    content = file.read_bytes()
    file.write_bytes(b"")
    done = toy.ghala("run", "--to", str(day), COLUMNS="80")
    assert done.returncode == 0, done.stderr
    assert "Skipped files: 1" in done.stdout and f"{file.name}" in done.stdout and "0 bytes" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    shown = toy.ghala("status", COLUMNS="80").stdout
    assert re.search(rf"shop\.sales\s+{file.name}", shown)
    status = json.loads(toy.ghala("status", "--json").stdout)
    assert [(one["table"], one["day"], one["name"]) for one in status["skipped_files"]] == [
        ("shop.sales", str(day), file.name)
    ]
    file.write_bytes(content)
    report = run_main_job(toy, days=day.day)
    assert [(record.logical_date, record.rows) for record in report.loads] == [(day, 2)]
    assert skipped_files(report.loads) == []
    with active(toy):
        assert "Skipped" not in toy.ghala("status").stdout
    assert run_main_job(toy, days=day.day).loads == ()
