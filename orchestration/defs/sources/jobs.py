"""The two jobs: all days at once for a new house, one day for a house that runs."""

import dagster as dg

EVERYTHING = dg.AssetSelection.all()

bootstrap = dg.define_asset_job(
    "bootstrap",
    selection=EVERYTHING,
    executor_def=dg.in_process_executor,
    description="Land a range of days, build everything with its tests, publish. Choose the range when you launch it.",
)

daily = dg.define_asset_job(
    "daily",
    selection=EVERYTHING,
    executor_def=dg.in_process_executor,
    description="Land one day, build what it touches with its tests, publish. The schedule of the same name starts it.",
)
