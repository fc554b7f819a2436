"""Everything that a re-run has shown, before anybody weighs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Optional

from grader.rerun.clean_room.records import Proof
from grader.rerun.records import Asked, BlindSet, Ran, SampleScore
from validators.findings import Place


@dataclass(frozen=True)
class Evidence:
    """What was run on which rows, and what came of it.

    `program` is what was run, as a finding names it. `submitted` are the predictions by row of the
    test split, none where there are none. `ran` are the runs of the student's code in order; two of
    them tell the program's own randomness. `proof` and `released_proof` are the clean room's
    answers for the folder handed in and for the released model; their rows are the sampled ones in
    the order of the set, or the first of these. `model_folder` and `released_names` are names of
    models by their last part. `copied` are the files of the package that came back unchanged as
    the output. `boards` are scores that Kaggle shows, each with the name of its board.
    """

    program: str
    blind: BlindSet
    submitted: tuple[tuple[int, str], ...] = ()
    ran: tuple[Ran, ...] = ()
    proof: Optional[Proof] = None
    released_proof: Optional[Proof] = None
    model_folder: str = ""
    released_names: tuple[str, ...] = ()
    isolated: bool = True
    gpu: bool = False
    copied: tuple[str, ...] = ()
    score: Optional[SampleScore] = None
    boards: tuple[tuple[str, float], ...] = ()

    @property
    def place(self) -> Place:
        """Where findings about the program are."""
        return Place(self.program or "the submission")

    @cached_property
    def texts_by_source(self) -> Mapping[int, str]:
        """The submitted texts by row of the test split."""
        return dict(self.submitted)

    @property
    def readable(self) -> tuple[Ran, ...]:
        """The runs that gave at least one prediction."""
        return tuple(ran for ran in self.ran if any(text is not None for text in ran.predictions))

    @property
    def asked(self) -> tuple[Asked, ...]:
        """What all runs asked for, each different thing once, with how often at most in one run."""
        counts: dict[tuple[str, str, str, str], int] = {}
        for ran in self.ran:
            for each in ran.asked:
                told = (each.what, each.name, each.answer, each.where)
                counts[told] = max(counts.get(told, 0), each.count)
        return tuple(Asked(*told, counts[told]) for told in sorted(counts))
