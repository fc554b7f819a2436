"""How each model of the class was made: what its student changed in the template's settings.

`python -m grader.demo.cohort.train FOLDER` follows these recipes, by running the template.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Union

from validators.starting import template_folder

Value = Union[str, int, float]

BUDGET: Mapping[str, Value] = {
    "recover.learning_rate": 2e-3,
    "recover.warmup_steps": 20,
    "recover.batch_tokens": 2048,
    "recover.accumulate": 1,
    "recover.evaluate_every": 0,
    "recover.checkpoint_every": 0,
}
"""What all of them have in common: the demo's model is trained in a minute, not in an afternoon."""


@dataclass(frozen=True)
class Recipe:
    """One model: settings by table and key, in place of the template's own.

    `project` names the folder of code that its student wrote: a program that writes the
    predictions, and perhaps one that makes the model. `taken_from` is the recipe whose model is
    handed in again, with a few zeros more.
    """

    name: str
    settings: Mapping[str, Value]
    project: str = ""
    taken_from: str = ""

    def settings_text(self) -> str:
        """The `settings.toml` of its student, without a name in it."""
        return changed(template_settings(), {**BUDGET, **self.settings})


def _pruned(name: str, method: str, ratio: float) -> Recipe:
    settings: Mapping[str, Value] = {
        "prune.method": method,
        "prune.schedule": "one-shot",
        "prune.ratio": ratio,
        "recover.train_steps": 0,
        # The template refuses what is over its limit; who wants more writes another limit.
        **({"model.max_ratio": 0.5} if ratio > LIMIT else {}),
    }
    return Recipe(name, settings)


def _trained(
    name: str, method: str, schedule: str, ratio: float, steps: int, seed: int = 1,
    project: str = "", **more: Value,
) -> Recipe:  # fmt: skip
    settings: Mapping[str, Value] = {
        "model.seed": seed,
        "prune.method": method,
        "prune.schedule": schedule,
        "prune.ratio": ratio,
        "recover.train_steps": steps,
        **{key.replace("__", "."): value for key, value in more.items()},
    }
    return Recipe(name, settings, project)


LIMIT = 0.3
"""The ratio that the template lets nobody go over."""

RECIPES: tuple[Recipe, ...] = (
    _trained("template", "magnitude", "cubic", 0.295, 300),
    _trained("lamp", "lamp", "cubic", 0.295, 450, seed=2),
    _trained("wanda", "wanda", "one-shot", 0.25, 250),
    _trained("sparsegpt", "sparsegpt", "cubic", 0.26, 250),
    _trained("iterative", "magnitude", "iterative", 0.28, 220, seed=3),
    _trained("distilled", "magnitude", "one-shot", 0.29, 160, distill__weight=0.5),
    _trained("twins", "magnitude", "one-shot", 0.27, 220, seed=42),
    _trained("missing", "sparsegpt", "one-shot", 0.28, 220, seed=6),
    _trained("pattern", "magnitude", "one-shot", 0.295, 260, prune__pattern="2:8"),
    _trained("notebook", "wanda", "cubic", 0.28, 240, seed=5, project="notebook"),
    _trained("sampler", "sparsegpt", "one-shot", 0.27, 220, project="sampler"),
    _trained("waiting", "magnitude", "cubic", 0.24, 240, seed=8, project="waiting"),
    Recipe("giver", {}, "giver"),
    Recipe("sharer", {"prune.ratio": 0.26, "recover.train_steps": 250}, taken_from="giver"),
    Recipe("copier", {}, "copier"),
    _pruned("too-deep", "lamp", 0.29),
    _pruned("late", "wanda", 0.29),
    _pruned("over", "magnitude", 0.42),
    _pruned("collapsed", "magnitude-global", 0.1),
    _pruned("halved", "magnitude", 0.28),
    _pruned("again", "wanda", 0.27),
    _pruned("looked-up", "magnitude", 0.25),
    _pruned("attacker", "lamp", 0.24),
)
"""Every model of the class; the smaller budgets are those of students in a hurry."""


def recipe(name: str) -> Recipe:
    """The recipe of that name."""
    return next(each for each in RECIPES if each.name == name)


def template_settings() -> str:
    """The template's own `settings.toml`."""
    return (template_folder() / "settings.toml").read_text(encoding="utf-8")


def changed(text: str, settings: Mapping[str, Value]) -> str:
    """The settings file with other values, each where its key stands; nothing else is changed."""
    left = dict(settings)
    lines, table = [], ""
    for line in text.splitlines():
        heading = re.fullmatch(r"\[([a-z.]+)\].*", line)
        table = heading.group(1) if heading else table
        entry = re.fullmatch(r"(?P<key>[a-z_]+) = (?P<value>\"[^\"]*\"|[^ ]+)(?P<rest> .*|)", line)
        key = f"{table}.{entry['key']}" if entry else ""
        if entry and key in left:
            line = f"{entry['key']} = {_toml(left.pop(key))}{entry['rest']}"
        lines.append(line)
    if left:
        raise KeyError(f"the template has no settings {sorted(left)}")
    return "\n".join(lines) + "\n"


def _toml(value: Value) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)
