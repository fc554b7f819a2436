"""The code that a student of the class hands in: the template's, or their own."""

from __future__ import annotations

from collections.abc import Sequence

from grader.demo.cohort.projects import project_files
from grader.demo.cohort.recipes import Recipe
from validators.starting import template_files, template_folder

SETTINGS = "settings.toml"
_PREDICTING = ("predict.py", "rerun.toml")


def code_of(recipe: Recipe, project: str) -> dict[str, bytes]:
    """Every file of code and settings, by its path in the package.

    Who predicts with a program of their own hands in no other; who trains with one has no use for
    the template. Without a `project` all of it is the template's.
    """
    own = project_files(project) if project else {}
    if "compress_model.py" in own:
        return own
    found = template_files(template_folder())
    if own:
        found = {name: data for name, data in found.items() if name not in _PREDICTING}
    return {**found, SETTINGS: recipe.settings_text().encode(), **own}


def program_of(recipe: Recipe, names: Sequence[str]) -> str:
    """The first of these programs that the student has."""
    there = code_of(recipe, recipe.project)
    return next(name for name in names if name in there)
