"""All rules by name: the 29 of dbt_project_evaluator."""

from collections.abc import Callable

from tests.python.transform.project_rules import (
    documentation,
    governance,
    modeling,
    performance,
    structure,
    testing,
)
from tests.python.transform.project_rules.project import Project

Rule = Callable[[Project], list[str]]
MODULES = (modeling, testing, documentation, structure, performance, governance)
RULES: dict[str, Rule] = {rule.__name__: rule for module in MODULES for rule in module.RULES}
