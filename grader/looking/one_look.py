"""One look at a submission: it is unpacked once for all that is wanted of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Optional

from grader.answer_files import AnswerKey, metric_of
from grader.integrity.records import Traits
from grader.looking.checking import checked, for_teachers
from grader.looking.placing import placed
from grader.looking.scoring import scored
from grader.outcomes import Checked, Scored
from grader.records import Submission
from grader.rerun.records import Rerun
from validators.faults import fault_of
from validators.predictions.ids import IdSet
from validators.rules import Rules

Want = Literal["check", "score", "rerun", "traits"]


@dataclass(frozen=True)
class Look:
    """What was seen of a submission; None for what was not wanted.

    `rows` are the values of the first score's rows, as `packed_rows` makes them. `reran` is what
    running it again has shown, `traits` what is kept to compare it with others: these are other
    looks than that of the checks and the score. `arrays` belong to the traits.
    """

    checked: Optional[Checked] = None
    scored: Optional[Scored] = None
    rows: bytes = b""
    reran: Optional[Rerun] = None
    traits: Optional[Traits] = None
    arrays: bytes = b""


def look(
    submission: Submission,
    root: Path,
    scratch: Path,
    rules: Rules,
    key: Optional[AnswerKey],
    wants: Collection[Want],
) -> Look:
    """What is wanted of a submission in `root`; what breaks on our side stands in its faults.

    `scratch` is an empty folder that the caller removes afterwards.
    """
    if "score" in wants and key is None:
        raise ValueError("a score needs an answer key")
    place = placed(submission, root, scratch, rules)
    found: Optional[Checked] = None
    if "check" in wants:
        try:
            found = checked(place, rules)
        except Exception as error:  # ours: that a part of it broke says nothing of the other
            found = Checked(faults=(for_teachers(fault_of("check", error)),))
    scores: Optional[Scored] = None
    rows = b""
    if "score" in wants and key is not None:
        try:
            scores, rows = scored(place, rules, key)
        except Exception as error:
            scores = Scored(faults=(for_teachers(fault_of("score", error)),))
    return Look(found, scores, rows)


def made_ready(rules: Rules, key: Optional[AnswerKey]) -> None:
    """Load and work out all that looks at many submissions have in common."""
    import validators.model.checks  # noqa: F401 (loaded late elsewhere, for quick answers)
    from validators.model.architecture import reference_of

    IdSet.of(rules.predictions)
    if rules.model is not None:
        reference_of(rules.model)
    if key is not None:
        nothing = [""] * len(key.answers)
        key.answers.score(nothing, metric_of(rules), stemmer=rules.metric.stemmer).interval()
