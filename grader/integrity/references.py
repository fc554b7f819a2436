"""What a class is compared with beside itself: base code, known models, the released one's texts.

These are the course's own files: they are read here, in our own process.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Optional

from grader.integrity.code.extract import code_traits
from grader.integrity.orders import Orders
from grader.integrity.predictions.extract import course_of, prediction_traits
from grader.integrity.reading import released_texts
from grader.integrity.records import CodeTraits, PredictionTraits, WeightTraits, Work
from grader.integrity.weights.extract import weight_traits
from validators.rules import Rules
from validators.rules.records import ModelRules


def base_works(named: Sequence[tuple[str, Path]]) -> list[Work[CodeTraits]]:
    """The code that everybody was given, a work for each folder or file that is named."""
    return [_base_work(name, path) for name, path in named]


def model_work(name: str, folder: Path, rules: ModelRules) -> Work[WeightTraits]:
    """A model that submissions are compared with."""
    traits, arrays = weight_traits(folder, name, rules)
    return Work(name, traits, arrays, True)


def full_model_work(
    orders: Orders, rows: Sequence[int], rules: Rules
) -> Optional[Work[PredictionTraits]]:
    """What the released model predicts for these rows; None where the TA didn't name it."""
    every = released_texts(orders, rules)
    if every is None:
        return None
    texts = [every[row] for row in rows]
    traits, arrays = prediction_traits(texts, "released model", "", course_of(None, (), None))
    return Work("released model", traits, arrays, True)


def _base_work(name: str, path: Path) -> Work[CodeTraits]:
    root, files = (path.parent, [path.name]) if path.is_file() else (path, _below(path))
    traits, arrays = code_traits(root, files)
    return Work(name, traits, arrays, True)


def _below(folder: Path) -> list[str]:
    found = (each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file())
    return sorted(found)
