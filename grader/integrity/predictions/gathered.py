"""The works of a class that can be compared, with their arrays, and what is said of the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np

from grader.integrity.predictions.arrays import Kept, unpacked
from grader.integrity.predictions.standing_out import FEW_PEERS
from grader.integrity.records import PredictionTraits, Work
from validators.predictions.folding import counted
from validators.rules.inspecting import PredictionForensicsRules


@dataclass(frozen=True)
class Gathered:
    """The works in the order of their names; `references` says which of them are no students'."""

    works: tuple[Work[PredictionTraits], ...]
    kept: tuple[Kept, ...]
    full: Optional[Work[PredictionTraits]]
    full_kept: Optional[Kept]
    rules: PredictionForensicsRules
    notes: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """The names of the works."""
        return [work.name for work in self.works]

    @property
    def references(self) -> np.ndarray:
        """For each work whether it is only compared with."""
        return np.array([work.reference for work in self.works], dtype=np.bool_)

    @property
    def students(self) -> list[int]:
        """The places of works that something can be found of."""
        return [place for place, work in enumerate(self.works) if not work.reference]


def gathered(
    works: Sequence[Work[PredictionTraits]],
    full: Optional[Work[PredictionTraits]],
    rules: PredictionForensicsRules,
) -> Gathered:
    """The works with the rows that most of the class have."""
    ordered = sorted(works, key=lambda work: (work.name, work.reference))
    counts = Counter(work.traits.rows for work in ordered if work.arrays)
    rows = max(counts, key=lambda count: (counts[count], count), default=0)
    compared = tuple(work for work in ordered if work.arrays and work.traits.rows == rows)
    notes = []
    left = len(ordered) - len(compared)
    if left:
        notes.append(
            f"{counted(left, 'file of predictions has', 'files of predictions have')} other rows"
            f" than the {rows:,} of the class, and"
            f" {'was' if left == 1 else 'were'} compared with nothing."
        )
    if 0 < len(compared) < FEW_PEERS:
        notes.append(
            f"There {'is' if len(compared) == 1 else 'are'}"
            f" {counted(len(compared), 'file of predictions', 'files of predictions')}: too few"
            " to say what is usual. Where two leave the released model's text alike is not weighed."
        )
    full_kept = None if full is None else unpacked(full.arrays)
    if full_kept is None:
        notes.append(
            "What the released model predicts was not given. So rows that two have from it count"
            " as the same, and nothing tells where both leave its text alike."
        )
    elif compared and full_kept.rows != rows:
        notes.append(
            f"The released model's predictions have {full_kept.rows:,} rows and the class has"
            f" {rows:,}, so they were left out."
        )
        full = full_kept = None
    kept = tuple(unpacked(work.arrays) for work in compared)
    return Gathered(compared, kept, full, full_kept, rules, tuple(notes))
