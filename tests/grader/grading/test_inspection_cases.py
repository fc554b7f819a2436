"""What of an inspection is told of an entrant, once their code was run again."""

from __future__ import annotations

from typing import Optional

import pytest

from grader.grading.inspection_cases import Inspections
from grader.integrity.records import Found, InspectedClass, Inspection
from grader.records import Entrant, Student, Submission
from grader.rerun.records import Rerun
from tests.grader.judging.classes import HW4
from validators.findings import Code, Finding, Place
from validators.integrity_codes.code import ALIKE as CODE_ALIKE
from validators.integrity_codes.predictions import ALIKE, FULL_MODEL, MADE_AGAIN, NEAR_KEY
from validators.integrity_codes.weights import SHARED
from validators.rerun_codes import PROVED, REPRODUCED

SOURCE = "HW4_9900940_name.zip"
ENTRANT = Entrant(Student("9900940"), "E-1", Submission(SOURCE, "zip", (SOURCE,)))
PLACE = Place("predictions.csv")


def told(code: Code, reran: Optional[Rerun]) -> Finding:
    finding = code.at(PLACE, "stands out.", rows=7)
    inspected = InspectedClass(inspection=Inspection((Found(SOURCE, finding),)))
    (found,) = Inspections(inspected, HW4).findings(ENTRANT, reran)
    return found


@pytest.mark.parametrize("code", [ALIKE, FULL_MODEL, NEAR_KEY], ids=lambda each: each.name)
def test_texts_that_the_weights_made_again_are_no_suspicion(code: Code) -> None:
    found = told(code, Rerun(findings=(PROVED.at(PLACE, "made again."),)))
    assert (found.code, found.evidence) == (MADE_AGAIN.name, (("rows", 7),))
    assert found.message == f"{code.name}: stands out."


@pytest.mark.parametrize(
    ("code", "reran"),
    [
        (NEAR_KEY, None),
        (NEAR_KEY, Rerun()),
        (NEAR_KEY, Rerun(findings=(REPRODUCED.at(PLACE, "made again by their code."),))),
        (SHARED, Rerun(findings=(PROVED.at(PLACE, "made again."),))),
        (CODE_ALIKE, Rerun(findings=(PROVED.at(PLACE, "made again."),))),
    ],
    ids=["not run", "nothing shown", "their own code", "weights", "code"],
)
def test_everything_else_waits_as_it_was(code: Code, reran: Optional[Rerun]) -> None:
    assert told(code, reran).code == code.name
