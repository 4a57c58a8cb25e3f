"""The 29 rules of dbt_project_evaluator on this project: the list of exceptions is empty."""

from typing import Any

import pytest

from tests.python.transform.project_rules.project import Project
from tests.python.transform.project_rules.rules import RULES


@pytest.fixture(scope="module")
def project(manifest: dict[str, Any]) -> Project:
    return Project(manifest)


@pytest.mark.parametrize("name", RULES)
def test_the_project_keeps(project: Project, name: str) -> None:
    assert RULES[name](project) == [], RULES[name].__doc__


def test_all_rules_are_there_and_say_why() -> None:
    assert len(RULES) == 29
    assert all(rule.__doc__ for rule in RULES.values())


def test_control_models_hold_no_business(project: Project) -> None:
    """The tag `control` frees a model from two rules: only what the platform owns below the marts wears it."""
    control = [model for key, model in project.models.items() if project.is_control(key)]
    assert control
    assert {model["config"]["group"] for model in control} == {"platform"}
    assert {str(model["config"]["access"]) for model in control} <= {"private", "protected"}
