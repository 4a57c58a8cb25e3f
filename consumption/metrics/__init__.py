"""Governed metrics: what there is (`catalogue`) and what it was (`query`), as the published version defines them."""

from consumption.metrics.api import Answer, ask, catalogue, explain, facts_of, named, query
from consumption.metrics.catalogue import Dimension, MetricInfo
from consumption.metrics.request import Question

__all__ = [
    "Answer",
    "Dimension",
    "MetricInfo",
    "Question",
    "ask",
    "catalogue",
    "explain",
    "facts_of",
    "named",
    "query",
]
