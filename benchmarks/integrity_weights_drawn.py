"""How alike honest models with seeds of their own are, in classes where some have a habit.

    PYTHONPATH=. python benchmarks/integrity_weights_drawn.py --models FOLDER

Draws classes from both that integrity_weights.py trains, and adds students who train on few rows,
who prune with SparseGPT, or who train with dropout. Prints what docs/guides/integrity/weights.md
shows of seeds. What is in the folder is not trained again.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
from tabulate import tabulate

from benchmarks.integrity_weights import Class, Seen, seen
from grader.integrity.weights.pairing import Model
from tests.integrity_sets.weights.training import FIRST, FRESH, HABITS, Trainer

DRAWN, GATES, DRAWN_BARS = 12, (0.75, 0.85), (0.6, 0.7, 0.8, 0.9)


def drawn(group: Class, trainer: Trainer) -> str:
    """Honest pairs with seeds of their own in classes drawn from this one, some with a habit."""
    names = [each for each in group.trained if "usual" not in each or each.endswith("usual-a")]
    habits: dict[str, dict[str, Model]] = {"": {}}
    for recipe in HABITS:
        habit = recipe.name.rsplit("-", 1)[0]
        if habit != "order":  # their rows aren't shuffled, so their seeds are not known
            model = group.model(trainer.student(recipe))
            habits.setdefault(habit, {})[recipe.name] = model
    rows = []
    for habit, having in habits.items():
        random = np.random.default_rng(1)
        figures = [each for _ in range(DRAWN) for each in _drawn(group, names, having, random)]
        for gate in GATES:
            held = [each.residual for each in figures if each.explained >= gate]
            beyond = [str(sum(each >= bar for each in held)) for bar in DRAWN_BARS]
            worst_of = f"{max(held, default=0):.2f}"
            rows.append([habit or "none", f"{gate:g}", f"{len(held):,}", *beyond, worst_of])
    headers = ["habit", "explained", "pairs", *(f"≥ {bar}" for bar in DRAWN_BARS), "worst"]
    return tabulate(rows, headers, tablefmt="github", disable_numparse=True)


def _drawn(
    group: Class, names: Sequence[str], having: dict[str, Model], random: np.random.Generator
) -> Iterator[Seen]:
    """All pairs of one class of 10 or more, with two or more who have the habit."""
    size = int(random.integers(10, len(names) + 1))
    models = [group.models[names[number]] for number in random.permutation(len(names))[:size]]
    if having:
        some = random.permutation(len(having))[: int(random.integers(2, len(having) + 1))]
        models += [list(having.values())[number] for number in some]
    tables = group.tables(models)
    for first, second in combinations(range(len(models)), 2):
        yield seen(tables, models, first, second)


def main() -> None:
    """Print a table for each class."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=Path, required=True, help="where trained models are kept")
    given = parser.parse_args()
    given.models.mkdir(parents=True, exist_ok=True)
    trainer = Trainer(given.models)
    for title, made in (("First class", FIRST), ("Fresh class", FRESH)):
        print(f"{title}\n\n{drawn(Class(trainer, made), trainer)}\n", flush=True)


if __name__ == "__main__":
    main()
