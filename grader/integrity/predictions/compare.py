"""The predictions of a class, compared with each other, the released model's and the answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Optional

import numpy as np

from grader.integrity.predictions.facts import facts
from grader.integrity.predictions.gathered import Gathered, gathered
from grader.integrity.predictions.likeness import LEAST_ROWS, Likeness, likeness
from grader.integrity.predictions.pairs import told_pairs
from grader.integrity.predictions.single import (
    all_measured,
    full_model_pairs,
    near_key,
    work_spreads,
)
from grader.integrity.predictions.standing_out import (
    Outstanding,
    clusters,
    outstanding,
    pair_spreads,
)
from grader.integrity.records import Fact, Inspection, PredictionTraits, Work
from validators.predictions.folding import counted
from validators.rules.inspecting import PredictionForensicsRules

_MANY_COMMON = 0.5


def compare_predictions(
    works: Sequence[Work[PredictionTraits]],
    full_model: Optional[Work[PredictionTraits]],
    rules: PredictionForensicsRules,
) -> Inspection:
    """What stands out among the predictions of a class; the same for any order of the works."""
    class_ = gathered(works, full_model, rules)
    if not class_.students:
        return Inspection(notes=class_.notes)
    found = likeness(class_.kept, class_.full_kept)
    pairs = outstanding(found, class_.references, rules)
    measured = all_measured(class_)
    groups = clusters(class_.names, pairs.flagged)
    spreads = (
        *(each for each in pair_spreads(found, pairs, class_.references, rules) if each.compared),
        *work_spreads(measured),
    )
    told = tuple(told_pairs(class_, found, pairs, groups, spreads))
    released = tuple(full_model_pairs(class_, measured, spreads))
    return Inspection(
        (
            *(each for _, some in told for each in some),
            *(each for _, each in released),
            *near_key(class_, measured, spreads),
        ),
        (*(pair for pair, _ in told), *(pair for pair, _ in released if pair is not None)),
        groups,
        spreads,
        tuple(_facts(class_, found)),
        (*class_.notes, *_notes(class_, found, pairs)),
    )


def _facts(class_: Gathered, found: Likeness) -> Iterator[Fact]:
    for place in class_.students:
        work = class_.works[place]
        yield from facts(work.name, work.traits, float(found.common[place]), class_.rules)


def _notes(class_: Gathered, found: Likeness, pairs: Outstanding) -> Iterator[str]:
    students = class_.students
    little = sum(int(np.count_nonzero(class_.kept[place].texts)) < LEAST_ROWS for place in students)
    if little:
        yield (
            f"{counted(little, 'file of predictions says', 'files of predictions say')} too little"
            " to be compared: blank rows, a few"
            f" words over and over or one text in many rows leave fewer than {LEAST_ROWS} rows."
        )
    # Rows that are the released model's are left out as well, which is told with that finding.
    alone = int(np.count_nonzero((np.diagonal(found.rows) < LEAST_ROWS)[students])) - little
    if alone:
        yield (
            f"{counted(alone, 'more file of predictions has', 'more files of predictions have')}"
            f" fewer than {LEAST_ROWS} rows of their own,"
            f" beside rows of the released model and rows that more than {found.few} files share."
        )
    many = int(np.count_nonzero(found.common[students] >= _MANY_COMMON))
    if many:
        yield (
            f"{counted(many, 'file shares', 'files share')} at least half of the rows with more"
            f" than {found.few} others:"
            " a recipe that many follow explains that as well as a file that went round. Rows that"
            " so many share were left out; compare the code and the weights of these works."
        )
    if pairs.count > len(pairs.told):
        yield (
            f"{pairs.count - len(pairs.told):,} of {pairs.count:,} pairs that stand out are not"
            " told one by one: of each work the most alike ones are."
        )
