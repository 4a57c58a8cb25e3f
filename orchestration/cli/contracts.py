"""Commands on contracts: check them, write the files that are generated from them."""

from typing import Annotated

import typer

from orchestration.cli.changes import accept, diff
from orchestration.cli.infer import infer
from orchestration.cli.terminal import out
from orchestration.config import settings
from orchestration.errors import GhalaError


def check() -> None:
    """Check every contract: the standard's schema, names, types and rules. Reads no source."""
    from orchestration.ingest.contract import load_contracts  # noqa: PLC0415

    found = load_contracts(settings().contracts)
    columns = sum(len(contract.columns) for contract in found)
    rules = sum(len(contract.quality) for contract in found)
    out.print(f"{len(found)} contracts are sound: {columns} columns, {rules} rules between columns")


def export(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 when a file differs.")] = False,
) -> None:
    """Write what is generated from the contracts: dbt's source files, and a page per contract in docs/contracts/."""
    from orchestration.ingest import contract_page, sources_yaml  # noqa: PLC0415
    from orchestration.ingest.contract import load_contracts  # noqa: PLC0415

    config = settings()
    found = load_contracts(config.contracts)
    texts = {**sources_yaml.render(found), **contract_page.render(found)}
    files = {config.project / path: text for path, text in texts.items()}
    orphans = [page for page in (config.project / contract_page.FOLDER).glob("*/*.html") if page not in files]
    stale = [
        file for file, text in files.items() if not file.is_file() or file.read_text(encoding="utf-8") != text
    ] + orphans
    if check and stale:
        names = ", ".join(str(file.relative_to(config.project)) for file in stale)
        raise GhalaError(
            f"{len(stale)} generated file{'s' if len(stale) != 1 else ''} differ from the contracts: {names}",
            str(config.contracts),
            "write them again: ghala contract export",
        )
    for file in stale:
        if file in files:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(files[file], encoding="utf-8")
        else:
            file.unlink()
    out.print(
        f"{len(stale)} of {len(files)} files written" if not check else f"{len(files)} files are as they should be"
    )


GROUP = (
    (infer, "ghala contract infer drop/orders_20260310.csv --source shop"),
    (check, "ghala contract check"),
    (diff, "ghala contract diff erp.products"),
    (accept, "ghala contract accept erp.products"),
    (export, "ghala contract export --check"),
)
