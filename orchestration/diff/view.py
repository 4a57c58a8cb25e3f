"""A comparison on one screen: what is gone, what changed and by how much; `--json` has everything."""

from rich.console import Console
from rich.text import Text

from orchestration.diff.model import ColumnDiff, Diff, Figures, Side, TableDiff

SHOWN = 12  # columns of a table: most changed rows first
HINT = "keep it, or make a new version beside the old one: docs/tutorials/breaking-change.md"


def show(out: Console, diff: Diff) -> None:
    """Print a comparison."""
    out.print(Text.assemble(("before ", "dim"), _side(diff.before)), soft_wrap=True)
    out.print(Text.assemble(("after  ", "dim"), _side(diff.after)), soft_wrap=True)
    if diff.before.loads != diff.after.loads:
        out.print("the two hold different loads: data differ as well as models", style="yellow")
    for name in diff.added:
        out.print(Text.assemble((f"+ {name}", "green"), " is new"))
    for name in diff.removed:
        out.print(Text.assemble((f"- {name}", "red"), " is gone"))
    for table in diff.tables:
        _table(out, table)
    out.print(f"{len(diff.equal)} tables are equal" if not diff.is_equal else f"all {len(diff.equal)} tables are equal")
    if diff.breaks:
        out.print("readers of public marts would lose something, so this is not published", style="bold red")
        for lost in diff.breaks:
            out.print(f"  {lost.mart}: {lost.what}", soft_wrap=True)
        out.print(Text.assemble(("next  ", "green"), HINT), soft_wrap=True)


def _side(side: Side) -> str:
    return f"{side.name}, loads through {side.loads:,}, project {side.project}"


def _table(out: Console, table: TableDiff) -> None:
    delta = table.rows_after - table.rows_before
    rows = f"{table.rows_before:,} rows → {table.rows_after:,} ({delta:+,})" if delta else f"{table.rows_after:,} rows"
    changed = None if table.changed is None else f"{table.changed:,} changed"
    counts = [text for text in (f"{table.added:,} added", f"{table.removed:,} removed", changed) if text]
    told = ", ".join(text for text in counts if not text.startswith("0 ")) or "same rows"
    by = f" by {', '.join(table.key)}" if table.key else " (whole rows: no unique key)"
    out.print(Text.assemble((f"~ {table.table}", "bold yellow"), f"  {rows}; {told}{by}"), soft_wrap=True)
    for kind, keys in table.examples.items():
        shown = "; ".join(", ".join(str(part) for part in key) for key in keys)
        out.print(Text(f"    {kind}, for example: {shown}", style="dim"), soft_wrap=True)
    for name in table.columns_added:
        out.print(f"    + {name}")
    for name in table.columns_removed:
        out.print(f"    - {name}")
    for name, (before, after) in table.retyped.items():
        out.print(f"    ~ {name}: {before} → {after}")
    ranked = sorted(table.columns, key=lambda column: -(column.rows or 0))
    for column in ranked[:SHOWN]:
        out.print(f"    {column.column}{_drift(column)}", soft_wrap=True)
    if len(ranked) > SHOWN:
        out.print(f"    … and {len(ranked) - SHOWN} more columns (--json has all)", style="dim")


def _drift(column: ColumnDiff) -> str:
    """What moved, in words; nothing where only values changed places."""
    before, after = column.before, column.after
    parts = [f"{column.rows:,} rows"] if column.rows else []
    if before.total != after.total and before.total is not None and after.total is not None:
        share = f" ({100 * (after.total / before.total - 1):+.2f} %)" if before.total else ""
        parts.append(f"sum {before.total:,.2f} → {after.total:,.2f}{share}")
    if before.nulls != after.nulls:
        parts.append(f"null {_percent(before)} → {_percent(after)}")
    parts += [
        f"{name} {one} → {two}"
        for name, one, two in (("min", before.low, after.low), ("max", before.high, after.high))
        if one != two
    ]
    return ": " + ", ".join(parts) if parts else ""


def _percent(figures: Figures) -> str:
    return f"{100 * figures.null_share:.2f} %"
