"""Forecasts as one Parquet file."""

from __future__ import annotations

import io
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from simulator.engine.forecasts import MODELS
from simulator.frames import Array, Frame
from simulator.masters.text import Texts


def _coded(numbers: Array, texts: list[str] | tuple[str, ...]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(numbers.astype(np.int32)), pa.array(texts, pa.string())).cast(
        pa.string()
    )


def forecast_file(frame: Frame, when: date, texts: Texts) -> dict[str, bytes]:
    """{file name: content}; columns run_date, sku, warehouse, target_week (a Monday), model, qty."""
    if not len(frame["sku"]):
        return {}
    day = np.datetime64(when, "D")
    table = pa.table(
        {
            "run_date": pa.array(np.full(len(frame["sku"]), day)),
            "sku": _coded(frame["sku"], texts.sku),
            "warehouse": _coded(frame["site"], texts.site),
            "target_week": pa.array(day + 7 * frame["week"]),
            "model": _coded(frame["model"], MODELS),
            "qty": pa.array(frame["qty"] / 100),
        }
    )
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    return {f"forecast_{when:%Y%m%d}.parquet": buffer.getvalue()}
