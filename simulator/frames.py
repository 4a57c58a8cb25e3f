"""Tables as dictionaries of equally long numpy arrays: small, fast, and saved as they are."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Frame = dict[str, Array]
NEVER = np.int64(2**62)


def size(frame: Frame) -> int:
    """Number of rows."""
    return len(next(iter(frame.values())))


def take(frame: Frame, rows: Array) -> Frame:
    """Rows by mask or positions."""
    return {name: column[rows] for name, column in frame.items()}


def concat(frames: Iterable[Frame]) -> Frame:
    """Frames one below the other; all have the columns of the first."""
    parts = list(frames)
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def empty(columns: str) -> Frame:
    """A frame of int64 columns without rows; `columns` is a list of names separated by blanks."""
    return {name: np.empty(0, np.int64) for name in columns.split()}


def grant(cell: Array, wanted: Array, available: Array) -> Array:
    """How much of `wanted` each row gets: rows of one cell are served first come, first served.

    cell: int[n] positions in `available`; wanted: int[n] >= 0; available: int[cells], negative counts as 0.
    The sum of what a cell gives is never above what it has.
    """
    if len(cell) == 0:
        return np.zeros(0, np.int64)
    order = np.argsort(cell, kind="stable")
    sorted_cell, sorted_wanted = cell[order], wanted[order]
    running = np.cumsum(sorted_wanted)
    first = np.flatnonzero(np.r_[True, sorted_cell[1:] != sorted_cell[:-1]])
    before_group = np.repeat((running - sorted_wanted)[first], np.diff(np.r_[first, len(cell)]))
    running = running - before_group
    limit = np.maximum(available[sorted_cell], 0)
    given = np.minimum(running, limit) - np.minimum(running - sorted_wanted, limit)
    result = np.empty(len(cell), np.int64)
    result[order] = given
    return result


def add_at(target: Array, cell: Array, amount: Array) -> None:
    """target[cell] += amount, repeated cells included; in place."""
    np.add.at(target, cell, amount)


def number_within(group: Array) -> Array:
    """1, 2, 3 … within each run of equal neighbours in `group`."""
    if len(group) == 0:
        return np.zeros(0, np.int64)
    first = np.r_[True, group[1:] != group[:-1]]
    position = np.arange(len(group))
    return position - np.maximum.accumulate(np.where(first, position, 0)) + 1


def mix(seed: int, *keys: Array | int) -> Array:
    """A repeatable 63-bit hash per row (splitmix64), for attributes that need no stored state."""
    with np.errstate(over="ignore"):
        value = np.asarray(seed, np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        for key in keys:
            value = value + np.asarray(key).astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
            value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            value = value ^ (value >> np.uint64(31))
    return np.asarray(value >> np.uint64(1)).astype(np.int64)
