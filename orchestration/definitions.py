"""Dagster's entry: what there is to run. Each concern has its folder in defs/."""

from orchestration.config import settings
from orchestration.defs.assemble import assemble

defs = assemble(settings())
