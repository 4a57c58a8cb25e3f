"""Rows saved as CSV, so that a spreadsheet shows what they say and runs none of it."""

import csv
import io
from typing import Any

import vizro.actions as va
from vizro.models.types import _Controls

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for a formula when a cell begins with it


class Saved(va.export_data):
    """Vizro's export whose texts are no formulas: names come from suppliers and customers."""

    def function(self, _controls: _Controls) -> dict[str, Any]:
        """The downloads by the component that takes each."""
        sent: dict[str, dict[str, Any]] = super().function(_controls)
        return {name: {**one, "content": harmless(one["content"])} for name, one in sent.items()}


def harmless(text: str) -> str:
    """A CSV whose cells that a spreadsheet would compute begin with an apostrophe; numbers stay numbers."""
    rows, written = csv.reader(io.StringIO(text, newline="")), io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(map(_cell, row) for row in rows)
    return written.getvalue()


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
